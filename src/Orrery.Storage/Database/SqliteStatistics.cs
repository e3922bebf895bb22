using System.Globalization;

namespace Orrery.Storage;

/// <summary>
/// Tells SQLite's planner what tables will look like, since it cannot know: a database begins empty, and what it measures
/// then (or assumes, when nothing was measured) makes it scan a whole workspace rather than use the index that a query was
/// written for. Every table is said to hold many rows, a workspace many of them, and each further column of an index to
/// divide them. Plans are then the same on every machine and day. See https://sqlite.org/fileformat2.html#stat1tab.
/// </summary>
internal static class SqliteStatistics
{
    private const long Rows = 10_000_000;
    private const long RowsOfWorkspace = 1_000_000;
    private const long DividedBy = 50;

    private const string Forget = "delete from sqlite_stat1";

    private const string ListIndexes = """
        select t.name, i.name, i."unique", i.origin, (select count(*) from pragma_index_info(i.name)) as columns, t.sql
          from sqlite_master t
          join pragma_index_list(t.name) i
         where t.type = 'table'
           and t.name not like 'sqlite_%'
         order by t.name, i.name
        """;

    private const string Insert = """
        insert into sqlite_stat1 (tbl, idx, stat)
        select rows.tbl, rows.idx, rows.stat
          from {rows}
        """;

    private const string Reload = "analyze sqlite_schema";

    /// <summary>Writes the figures; connections opened from now on plan with them.</summary>
    public static async ValueTask WriteAsync(DbSession session)
    {
        await ExecuteAsync(session, "pragma analysis_limit = 1");
        await ExecuteAsync(session, "analyze");
        await ExecuteAsync(session, Forget);
        List<Index> indexes;
        using (var list = session.Sql(ListIndexes))
        {
            indexes = await list.ListAsync(static row => new Index(
                row.GetString(0), row.GetString(1), row.GetInt64(2) == 1, row.GetString(3) == "pk", row.GetInt32(4), row.GetString(5)));
        }

        using (var insert = session.Sql(Insert))
        {
            await insert.ExecuteRowsAsync(new SqlRows(indexes.Count)
                .Text("tbl", indexes, i => i.Table)
                .Text("idx", indexes, i => i.StatisticsName)
                .Text("stat", indexes, i => i.Statistics()));
        }

        await ExecuteAsync(session, Reload);
    }

    private static async ValueTask ExecuteAsync(DbSession session, string sql)
    {
        using var statement = session.Sql(sql);
        await statement.ExecuteAsync();
    }

    private sealed record Index(string Table, string Name, bool Unique, bool Primary, int Columns, string TableSql)
    {
        // The rows of a table without rowid are its primary key's index, and go by the table's name.
        public string StatisticsName => Primary && TableSql.Contains("without rowid", StringComparison.OrdinalIgnoreCase) ? Table : Name;

        /// <summary>All rows, then the rows that agree in the first column, in the first two, and so on.</summary>
        public string Statistics()
        {
            var figures = new List<long> { Rows };
            var agreeing = RowsOfWorkspace;
            for (var column = 1; column <= Columns; column++)
            {
                figures.Add(Unique && column == Columns ? 1 : Math.Max(agreeing, 2));
                agreeing /= DividedBy;
            }

            return string.Join(' ', figures.Select(f => f.ToString(CultureInfo.InvariantCulture)));
        }
    }
}
