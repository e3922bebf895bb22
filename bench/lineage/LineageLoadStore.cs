using Orrery.Kernel;
using Orrery.Lineage;
using Orrery.Storage;

namespace Orrery.LineageBench;

/// <summary>Fills the graph through the writer of the product, as fast as each database allows.</summary>
internal static class LineageLoadStore
{
    private const int Chunk = 20_000;

    private const string ListIndexes = """
        select name, sql
          from sqlite_master
         where type = 'index'
           and tbl_name in ('lin_node', 'lin_edge')
           and sql is not null
         order by name
        """;

    /// <summary>Writes all edges.</summary>
    public static async Task LoadAsync(Db db, LineageData data)
    {
        if (db.Dialect.Kind is DatabaseKind.Sqlite)
        {
            await LoadAtOnceAsync(db, [.. data.Edges()]);
            return;
        }

        foreach (var part in data.Edges().Chunk(Chunk))
            await WriteAsync(db, session => LineageEdges.AppendAsync(session, LineageData.Actor, part));

        // What autovacuum does within a minute of so many rows.
        await db.ReadAsync<int>(async session =>
        {
            await RunAsync(session, "vacuum (analyze) lin_node, lin_edge");
            return 0;
        }, CancellationToken.None);
    }

    /// <summary>The process that answers a connection; null for SQLite, which has none.</summary>
    public static ValueTask<long?> BackendAsync(Db db) => db.ReadAsync(async session =>
    {
        if (session.Dialect.Kind is DatabaseKind.Sqlite)
            return null;
        using var statement = session.Sql("select pg_backend_pid()::bigint");
        return await statement.LongAsync();
    }, CancellationToken.None);

    // Rows come in the order of the key in one transaction; what has another order is made of them at the end.
    private static Task LoadAtOnceAsync(Db db, IReadOnlyList<GraphEdge> edges) => WriteAsync(db, async session =>
    {
        List<(string Name, string Sql)> indexes;
        using (var statement = session.Sql(ListIndexes))
            indexes = await statement.ListAsync(static row => (row.GetString(0), row.GetString(1)));
        foreach (var (name, _) in indexes)
            await RunAsync(session, $"drop index {name}");
        await LineageEdges.AppendAsync(session, LineageData.Actor, edges);
        foreach (var (_, sql) in indexes)
            await RunAsync(session, sql);
    });

    private static async Task WriteAsync(Db db, Func<DbSession, ValueTask> write) => await db.WriteAsync<Done>(async session =>
    {
        await write(session);
        return Done.Ok;
    }, CancellationToken.None);

    private static async ValueTask RunAsync(DbSession session, string sql)
    {
        using var statement = session.Sql(sql);
        await statement.ExecuteAsync();
    }
}
