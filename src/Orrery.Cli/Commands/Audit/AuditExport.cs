using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops audit export</c>.</summary>
internal static class AuditExport
{
    public static Command Create()
    {
        var format = new Option<string>("--format") { Description = "ndjson (can be verified offline) or cef (for a SIEM)", DefaultValueFactory = _ => "ndjson" };
        format.AcceptOnlyFromAmong("ndjson", "cef");
        var output = new Option<string>("--output", "-o") { Description = "File to write", HelpName = "file", Required = true };
        var checkpoints = Verb.Text("--checkpoints", "File to write the signed checkpoints to as well", "file");
        return new Command("export", "Write the whole chain of the workspace to a file.") { format, output, checkpoints }.Does(async session =>
        {
            await using (var file = File.Create(session.Args.GetRequiredValue(output)))
                await session.Client.Audit.ExportAsync(session.Args.GetRequiredValue(format), file, session.Cancel);
            if (session.Args.GetValue(checkpoints) is { } path)
            {
                var lines = new List<string>();
                await foreach (var document in session.Client.Audit.ListCheckpointsAsync(session.Cancel))
                    lines.Add(document.ToCanonical());
                await File.WriteAllLinesAsync(path, lines, session.Cancel);
            }

            var written = session.Args.GetRequiredValue(output);
            session.Output.Done(written, "written", $"Written to {written}.");
        });
    }
}
