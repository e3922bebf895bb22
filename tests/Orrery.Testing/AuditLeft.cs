using Microsoft.Extensions.DependencyInjection;
using Orrery.Audit;
using Orrery.Storage;

namespace Orrery.Testing;

/// <summary>Verifies the audit trail that a server leaves.</summary>
internal static class AuditLeft
{
    /// <exception cref="InvalidOperationException">A chain is broken.</exception>
    public static async Task VerifyAsync(string dataDir, string? database)
    {
        // One that could not even make its database leaves none.
        if (database is null && !File.Exists(StorageModule.SqliteFile(dataDir)))
            return;
        await using var services = new ServiceCollection().AddLogging().AddStorage(new() { ConnectionString = database }, dataDir).BuildServiceProvider();
        foreach (var verdict in await ChainCheck.RunAsync(services.GetRequiredService<Db>(), CancellationToken.None))
        {
            if (verdict.Fault is { } fault)
                throw new InvalidOperationException($"The audit trail of workspace {verdict.Workspace} is broken at {fault.Seq}: {fault.Kind}. {fault.Message}");
        }
    }
}
