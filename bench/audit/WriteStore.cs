using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.AuditBench;

/// <summary>The table that is written to.</summary>
internal static class WriteStore
{
    private const string Create = """
        create table bench_row (
            tenant_id bigint not null,
            id {text} not null,
            place bigint not null,
            name {text} not null,
            value {text} not null,
            primary key (tenant_id, id, place)) {clustered}
        """;

    private const string Insert = """
        insert into bench_row (tenant_id, id, place, name, value)
        values (1, @id, @place, @name, @value)
        """;

    private const string Waiting = """
        select count(*)
          from aud_inbox
        """;

    public static async Task CreateAsync(Db db) => await db.WriteAsync<Done>(async session =>
    {
        using var statement = session.Sql(Create);
        await statement.ExecuteAsync();
        return Done.Ok;
    }, CancellationToken.None);

    public static async ValueTask AddAsync(DbSession session, string id, int place)
    {
        using var statement = session.Sql(Insert).Set("id", id).Set("place", place).Set("name", "learning_rate").Set("value", "0.001");
        await statement.ExecuteAsync();
    }

    public static async ValueTask<long> WaitingAsync(DbSession session)
    {
        using var statement = session.Sql(Waiting);
        return await statement.LongAsync() ?? 0;
    }
}
