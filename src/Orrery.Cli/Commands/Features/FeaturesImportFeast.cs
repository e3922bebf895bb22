using System.CommandLine;
using System.Globalization;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops features import-feast</c>.</summary>
internal static class FeaturesImportFeast
{
    private const int MaxBytes = 64 << 20;

    public static Command Create()
    {
        var file = Verb.Argument("registry", "The registry file of a Feast repository (registry.db)");
        var project = Verb.Text("--project", "Which of its projects [default: the only one]", "name");
        var to = new Option<string?>("--output", "-o") { Description = "File to write; standard output without it", HelpName = "file" };
        return new Command("import-feast", "Read a Feast registry into features.yaml; nothing is applied. Ends with 1 when something was left out.") { file, project, to }
            .Example("mlops features import-feast registry.db -o features.yaml")
            .Does(async session =>
        {
            var info = new FileInfo(session.Args.GetValue(file)!);
            if (info.Exists && info.Length > MaxBytes)
                throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"{info.Name} has {info.Length} bytes; a registry has at most {MaxBytes}."));
            var import = await session.Client.Features.ImportFeastAsync(
                await File.ReadAllBytesAsync(Verb.Existing(info.ToString()), session.Cancel), session.Args.GetValue(project), session.Cancel);
            await ShowAsync(session, import, session.Args.GetValue(to));
            return import.Gaps.Any(static gap => gap.LeftOut) ? ExitCodes.Failed : ExitCodes.Ok;
        });
    }

    private static async Task ShowAsync(Session session, FeastImport import, string? to)
    {
        if (session.Output.IsJson)
        {
            session.Output.Line(import, "");
            return;
        }

        foreach (var gap in import.Gaps)
            session.Output.Remark($"{(gap.LeftOut ? "left out" : "note")}: {gap.Kind} {gap.Name}: {gap.Reason}");
        await FeaturesExport.WriteAsync(session, to, import.Yaml);
    }
}
