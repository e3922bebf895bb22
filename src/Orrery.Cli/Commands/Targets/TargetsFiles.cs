using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops targets files</c>.</summary>
internal static class TargetsFiles
{
    public static Command Create()
    {
        var environment = Verb.Argument("environment", "The environment");
        var folder = new Option<string>("--output", "-o") { Description = "Folder that they are written to", HelpName = "folder", Required = true };
        return new Command("files", "Write the files that a repository and a cluster need once: a workflow that checks commits, and the cluster's admission check.") { environment, folder }.Does(async session =>
        {
            var files = await session.Client.DeliveryTargets.FilesAsync(session.Args.GetRequiredValue(environment), session.Cancel);
            var root = Path.GetFullPath(session.Args.GetRequiredValue(folder));
            foreach (var (path, text) in files.Files)
            {
                // Whose server it is decides what is in the files, and not where they lie.
                var full = Path.GetFullPath(path, root);
                if (!full.StartsWith(root.TrimEnd('/') + "/", StringComparison.Ordinal))
                    throw new InvalidDataException($"The server names the file '{path}', which is outside the folder.");
                Directory.CreateDirectory(Path.GetDirectoryName(full)!);
                await File.WriteAllTextAsync(full, text, session.Cancel);
            }

            session.Output.Line(files, $"Written to {root}: {string.Join(", ", files.Files.Keys)}");
        }).Example("mlops targets files production --output .");
    }
}
