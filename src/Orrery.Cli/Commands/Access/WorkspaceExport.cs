using System.CommandLine;
using System.Formats.Tar;
using System.Globalization;
using System.Text.Json;
using Orrery.Client;

namespace Orrery.Cli;

/// <summary><c>mlops workspace export</c>.</summary>
internal static class WorkspaceExport
{
    public static Command Create()
    {
        var name = Verb.Argument("name", "The workspace");
        var to = new Option<string>("--out") { Description = "File to write; must not exist", HelpName = "file.tar", Required = true };
        return new Command("export", "Take a whole workspace out, as an archive for another installation.") { name, to }.Does(async session =>
        {
            var file = Path.GetFullPath(session.Args.GetRequiredValue(to));
            if (File.Exists(file))
                throw new UsageException($"{file} exists already. Choose another file.");
            var part = file + ".part";
            using var client = GlobalOptions.NewClient(session.Args, session.Host, session.Args.GetRequiredValue(name));
            TransferredFile written;
            WorkspaceArchiveInfo found;
            try
            {
                written = await TransferBar.WatchAsync(session.Output, "Exporting", progress => WriteAsync(client, part, progress, session.Cancel));
                found = await WorkspaceArchiveInfo.ReadAsync(part, session.Cancel);
                File.Move(part, file);
            }
            finally
            {
                File.Delete(part);
            }

            session.Output.Details(
                new WorkspaceExported(file, written.Bytes, written.Sha256, found.Rows, found.Files, found.Missing),
                ("File", file),
                ("Size", Printable.Bytes(written.Bytes)),
                ("SHA-256", written.Sha256),
                ("Rows", found.Rows.ToString(CultureInfo.InvariantCulture)),
                ("Files", found.Files.ToString(CultureInfo.InvariantCulture)),
                ("Files missing", found.Missing > 0 ? found.Missing.ToString(CultureInfo.InvariantCulture) : null));
            if (found.Missing == 0)
                return ExitCodes.Ok;
            session.Output.Remark($"{found.Missing} files are not in the archive: they were replaced or deleted meanwhile, or the store has lost them. Export again for the former.");
            return ExitCodes.Failed;
        });
    }

    private static async Task<TransferredFile> WriteAsync(OrreryClient client, string part, IProgress<TransferProgress>? progress, CancellationToken cancel)
    {
        await using var file = new FileStream(part, FileMode.Create, FileAccess.Write, FileShare.None, 0, useAsync: true);
        var written = await client.Moves.ExportAsync(file, progress, cancel);
        file.Flush(flushToDisk: true);
        return written;
    }
}

/// <summary>What was exported.</summary>
internal sealed record WorkspaceExported(string File, long Bytes, string Sha256, long Rows, long Files, long FilesMissing);

/// <summary>What an archive of a workspace says of itself.</summary>
internal sealed record WorkspaceArchiveInfo(string Workspace, long Rows, long Files, long Missing)
{
    /// <summary>Reads the first and the last entry; seeks over the rest.</summary>
    /// <exception cref="InvalidDataException">It is no archive of a workspace, or not a whole one.</exception>
    public static async Task<WorkspaceArchiveInfo> ReadAsync(string path, CancellationToken cancel)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 4096, useAsync: true);
        await using var tar = new TarReader(file);
        try
        {
            using var manifest = await DocumentAsync(await tar.GetNextEntryAsync(cancellationToken: cancel), "manifest.json", path, cancel);
            TarEntry? last = null;
            while (await tar.GetNextEntryAsync(cancellationToken: cancel) is { } entry)
            {
                last = entry;
                if (entry.Name == "trailer.json")
                    break;
            }

            using var trailer = await DocumentAsync(last, "trailer.json", path, cancel);
            return new(
                manifest.RootElement.GetProperty("workspace").GetProperty("name").GetString()!,
                manifest.RootElement.GetProperty("rows").EnumerateObject().Sum(static table => table.Value.GetInt64()),
                manifest.RootElement.GetProperty("blobs").GetInt64(),
                trailer.RootElement.GetProperty("missing").GetArrayLength() + trailer.RootElement.GetProperty("damaged").GetArrayLength());
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or EndOfStreamException)
        {
            throw new InvalidDataException($"{path} is not an archive of a workspace.", e);
        }
    }

    private static async Task<JsonDocument> DocumentAsync(TarEntry? entry, string name, string path, CancellationToken cancel) =>
        entry is { DataStream: { } content } && entry.Name == name
            ? await JsonDocument.ParseAsync(content, cancellationToken: cancel)
            : throw new InvalidDataException($"{path} is not a whole archive of a workspace: it has no {name}. Export the workspace again.");
}
