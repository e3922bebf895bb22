using System.Data.Common;
using System.Text.Json;
using Orrery.Audit;
using Orrery.Contracts;
using Orrery.Storage;

namespace Orrery.Server;

/// <summary>Checks the audit trail in a database that no server need run on, and changes nothing in it.</summary>
internal static class AuditCheck
{
    private const string Checkpoints = "audit/";

    /// <returns>What to end with.</returns>
    public static async Task<int> RunAsync(Settings settings, CommandLineArguments arguments, DatabaseOptions database, BlobsOptions blobs)
    {
        if (settings.Problems() is { Count: > 0 } problems)
            return Start.Refuse(problems);
        var dataDir = Path.GetFullPath(settings.Server.DataDir);
        if (!database.IsPostgres && !File.Exists(StorageModule.SqliteFile(dataDir)))
            return Start.Unavailable($"there is no database in {dataDir}.", "check");
        await using var services = new ServiceCollection().AddLogging().AddStorage(database, dataDir).BuildServiceProvider();
        try
        {
            var keys = arguments.AuditKeys is { } keyFile ? await AuditFiles.ReadKeysAsync(keyFile, CancellationToken.None) : null;
            List<AuditCheckpoint> documents = [.. await FromBlobsAsync(blobs, dataDir)];
            if (arguments.AuditCheckpoints is { } anchor)
            {
                documents.AddRange(await AuditFiles.ReadCheckpointsAsync(
                    anchor, number => Console.Error.WriteLine($"{anchor}, line {number}: this is not a checkpoint; it is passed over."), CancellationToken.None));
            }

            var verdicts = await ChainCheck.RunAsync(services.GetRequiredService<Db>(), CancellationToken.None, documents, keys);
            foreach (var verdict in verdicts)
                Console.Out.WriteLine(JsonSerializer.Serialize(verdict, OrreryJson.Options));
            if (verdicts.Count == 0)
                Console.Error.WriteLine("The database holds no audit trail yet.");
            if (keys is null)
                Console.Error.WriteLine("The keys in the database were trusted. Who owns it may have put their own there: give keys that you have from elsewhere.");
            return verdicts.All(static verdict => verdict.Valid) ? ExitCodes.Ok : ExitCodes.Broken;
        }
        catch (Exception e) when (e is DatabaseLockedException or DatabaseUnavailableException or DbException or InvalidDataException or IOException)
        {
            return Start.Unavailable(e.Message, "check");
        }
    }

    /// <summary>The last checkpoint of each workspace that went to the blob store: who cuts the database's end off must take it away there too.</summary>
    private static async Task<IEnumerable<AuditCheckpoint>> FromBlobsAsync(BlobsOptions options, string dataDir)
    {
        var folder = StorageModule.BlobsFolder(dataDir);
        if (!options.IsS3 && !Directory.Exists(options.Location.Length == 0 ? folder : options.Location))
            return [];
        var last = new Dictionary<long, AuditCheckpoint>();
        var latest = new Dictionary<string, string>(StringComparer.Ordinal);
        var blobs = options.Open(folder, TimeProvider.System);
        try
        {
            // Keys are audit/WORKSPACE/checkpoints/SIZE-KIND.json, the size with leading zeros: the last of a workspace is the largest.
            await foreach (var blob in blobs.ListAsync(Checkpoints, CancellationToken.None))
                latest[blob.Key[..blob.Key.LastIndexOf('/')]] = blob.Key;
            foreach (var key in latest.Values)
            {
                if (await ReadAsync(blobs, key) is { } document)
                    last[document.Workspace] = document;
            }

            return last.Values;
        }
        finally
        {
            (blobs as IDisposable)?.Dispose();
        }
    }

    private static async Task<AuditCheckpoint?> ReadAsync(IBlobs blobs, string key)
    {
        try
        {
            await using var found = await blobs.OpenAsync(key, range: null, CancellationToken.None);
            if (found is null)
                return null;
            using var text = new StreamReader(found.Stream);
            return AuditCheckpoint.Parse(await text.ReadToEndAsync());
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            Console.Error.WriteLine($"{key} in the blob store is not a checkpoint; it is passed over.");
            return null;
        }
    }
}
