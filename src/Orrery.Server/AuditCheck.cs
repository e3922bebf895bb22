using System.Text.Json;
using Orrery.Audit;
using Orrery.Contracts;
using Orrery.Storage;

namespace Orrery.Server;

/// <summary>Checks the audit trail in a database that no server need run on, and changes nothing in it.</summary>
internal static class AuditCheck
{
    /// <returns>What to end with.</returns>
    public static async Task<int> RunAsync(DatabaseOptions database, string dataDir)
    {
        if (!database.IsPostgres && !File.Exists(StorageModule.SqliteFile(dataDir)))
            return Start.Unavailable($"there is no database in {dataDir}.", "check");
        await using var services = new ServiceCollection().AddLogging().AddStorage(database, dataDir).BuildServiceProvider();
        try
        {
            var verdicts = await ChainCheck.RunAsync(services.GetRequiredService<Db>(), CancellationToken.None);
            foreach (var verdict in verdicts)
                Console.Out.WriteLine(JsonSerializer.Serialize(verdict, OrreryJson.Options));
            if (verdicts.Count == 0)
                Console.Error.WriteLine("The database holds no audit trail yet.");
            return verdicts.All(static verdict => verdict.Valid) ? ExitCodes.Ok : ExitCodes.Broken;
        }
        catch (Exception e) when (e is DatabaseLockedException or DatabaseUnavailableException or System.Data.Common.DbException)
        {
            return Start.Unavailable(e.Message, "check");
        }
    }
}
