using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orrery.Audit;
using Orrery.Storage;

namespace Orrery.Tests.Integration;

/// <summary>The one place where these tests read the audit trail.</summary>
internal static class AuditedActs
{
    private const string Bodies = "select body from aud_entry where action = @action order by seq";
    private const string Entries = "select action, object_kind, object_id from aud_entry";

    /// <summary>What the entries of an action say, oldest first.</summary>
    public static async Task<List<string>> BodiesAsync(Db db, TimeProvider time, string action, CancellationToken cancel)
    {
        using var metrics = new AuditMetrics();
        await new Sealer(db, metrics, NullLogger<Sealer>.Instance, time).SealNowAsync(cancel);
        return await db.ReadAsync(async session =>
        {
            using var statement = session.Sql(Bodies).Set("action", action);
            return await statement.ListAsync(static row => System.Text.Encoding.UTF8.GetString(row.GetFieldValue<byte[]>(0)));
        }, cancel);
    }

    /// <summary>All entries, in no order.</summary>
    public static async Task<List<AuditedAct>> ReadAsync(IServiceProvider services, CancellationToken cancel)
    {
        await services.GetRequiredService<Sealer>().SealNowAsync(cancel);
        return await services.GetRequiredService<Db>().ReadAsync(async session =>
        {
            using var statement = session.Sql(Entries);
            return await statement.ListAsync(static row => new AuditedAct(row.GetString(0), row.GetString(1), row.GetString(2)));
        }, cancel);
    }
}

/// <summary>What an entry says was done.</summary>
internal sealed record AuditedAct(string Action, string Kind, string Id);
