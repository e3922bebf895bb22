using System.CommandLine;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops features upload</c> and <c>mlops features files</c>.</summary>
internal static class FeaturesFiles
{
    public static Command CreateUpload()
    {
        var local = Verb.Argument("local", "File or folder to upload");
        var path = Verb.Text("--path", "Path that sources will name; of a folder, the folder [default: the name]", "path");
        return new Command("upload", "Upload files for sources.") { local, path }.Example("mlops features upload stats.csv --path rides/stats.csv").Does(async session =>
        {
            var from = session.Args.GetRequiredValue(local);
            var to = session.Args.GetValue(path)?.Trim('/') ?? Path.GetFileName(Path.TrimEndingDirectorySeparator(from));
            if (!Directory.Exists(from) && !File.Exists(from))
                throw new UsageException($"There is no file or folder '{from}'.");
            IEnumerable<string> files = Directory.Exists(from) ? Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal) : [from];
            foreach (var file in files)
            {
                var target = Directory.Exists(from) ? $"{to}/{Path.GetRelativePath(from, file).Replace(Path.DirectorySeparatorChar, '/')}" : to;
                var stored = await session.Client.Features.UploadFileAsync(file, target, session.Cancel);
                session.Output.Line(stored, $"{stored.Path}  {Printable.Bytes(stored.Size)}  {stored.Sha256}");
            }
        });
    }

    public static Command CreateList()
    {
        var prefix = new Argument<string>("prefix") { Description = "Beginning of their paths", DefaultValueFactory = _ => "" };
        return new Command("files", "List the files that sources may name, or delete one.") { prefix, Delete() }.Example("mlops features files rides/").Does(async session =>
        {
            var files = new List<FeatureFile>();
            await foreach (var file in session.Client.Features.ListFilesAsync(session.Args.GetRequiredValue(prefix), session.Cancel))
                files.Add(file);
            session.Output.List(new FeatureFilePage { Files = files }, files, null, ("PATH", static file => file.Path), ("SIZE", static file => Printable.Bytes(file.Size)), ("SHA-256", static file => file.Sha256));
        });
    }

    private static Command Delete()
    {
        var path = Verb.Argument("path", "Path of the file, as sources name it");
        var yes = Confirmation.Option();
        return new Command("delete", "Delete a file. Sources that name it have its rows no more.") { path, yes }.Example("mlops features files delete rides/stats.csv --yes").Does(async session =>
        {
            var one = session.Args.GetRequiredValue(path).Trim('/');
            Confirmation.Ask(session, yes, $"The file {one} would be deleted.");
            await session.Client.Features.DeleteFileAsync(one, session.Cancel);
            session.Output.Done(one, "deleted", $"Deleted {one}.");
        });
    }
}
