using System.Globalization;
using Orrery.Kernel;
using Orrery.Storage;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>A row in a table, with a value of each column's type.</summary>
internal sealed record MadeUpRow(string Table, IReadOnlyList<(string Column, string Value)> Values)
{
    /// <summary>It is still there, but for what was taken away on purpose.</summary>
    public async Task CheckAsync(Db db, IReadOnlySet<string> takenAway, CancellationToken cancel)
    {
        if (takenAway.Contains(Table))
            return;
        var kept = Values.Where(value => !takenAway.Contains($"{Table}.{value.Column}")).Select(static value => $"{value.Column} = {value.Value}");
        var sql = $"select count(*) from {Table} where {string.Join(" and ", kept)}";
        var count = await db.ReadAsync(session =>
        {
            using var statement = session.Sql(sql);
            return statement.LongAsync();
        }, cancel);
        Assert.True(count == 1, $"The upgrade lost or changed the row of {Table}: {count} rows for {sql}");
    }
}

/// <summary>Puts a row into every table of a database, whatever its tables are.</summary>
internal static class MadeUpRows
{
    private const string SqliteColumns = """
        select m.name, c.name, c.type
          from sqlite_schema m, pragma_table_xinfo(m.name) c
         where m.type = 'table'
           and m.name not like 'sqlite_%'
           and m.name <> 'sys_migration'
           and c.hidden = 0
         order by m.name, c.cid
        """;

    private const string PostgresColumns = """
        select table_name::text, column_name::text, data_type::text
          from information_schema.columns
         where table_schema = 'public'
           and table_name <> 'sys_migration'
           and is_generated = 'NEVER'
         order by table_name, ordinal_position
        """;

    public static async Task<List<MadeUpRow>> InsertAsync(Db db, CancellationToken cancel)
    {
        var columns = await db.ReadAsync(session =>
        {
            using var statement = session.Sql(db.Dialect.Kind is DatabaseKind.Sqlite ? SqliteColumns : PostgresColumns);
            return statement.ListAsync(static row => (Table: row.GetString(0), Column: row.GetString(1), Type: row.GetString(2)));
        }, cancel);
        var rows = columns.GroupBy(static c => c.Table)
            .Select(table => new MadeUpRow(table.Key, [.. table.Select((c, i) => (c.Column, Value(c.Table, c.Column, c.Type, i, db.Dialect.Kind)))]))
            .ToList();
        foreach (var row in rows)
        {
            var sql = $"insert into {row.Table} ({string.Join(", ", row.Values.Select(static v => v.Column))}) values ({string.Join(", ", row.Values.Select(static v => v.Value))})";
            var written = await db.WriteAsync<Done>(async session =>
            {
                using var statement = session.Sql(sql);
                await statement.ExecuteAsync();
                return Done.Ok;
            }, cancel);
            Assert.True(written.Succeeded);
        }

        return rows;
    }

    // A made-up chain cannot be extended, so it is not that of a workspace which the test writes to.
    private static string Value(string table, string column, string type, int place, DatabaseKind kind) =>
        column == "tenant_id" && table.StartsWith("aud_", StringComparison.Ordinal) ? "900001" : Literal(type, place, kind);

    private static string Literal(string type, int place, DatabaseKind kind)
    {
        var number = (place + 1).ToString(CultureInfo.InvariantCulture);
        return type.ToUpperInvariant() switch
        {
            "TEXT" or "CHARACTER VARYING" => $"'kept{number}'",
            "BLOB" or "BYTEA" => kind is DatabaseKind.Sqlite ? "x'0102'" : "'\\x0102'::bytea",
            "DOUBLE PRECISION" or "REAL" => number + ".5",
            "BOOLEAN" => "true",
            _ => number,
        };
    }
}
