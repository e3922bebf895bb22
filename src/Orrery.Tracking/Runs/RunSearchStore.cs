using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tracking;

/// <summary>
/// SQL of the run search. The runs of one experiment and life stage are a partition, within which an index gives the most
/// used orders; a page is merged from its partitions. Where a filter is selective, its matches are looked up first.
/// </summary>
internal sealed class RunSearchStore(DbSession session, WorkspaceId workspace, RunSearch search)
{
    /// <summary>More partitions than this are searched together, without the help of an index's order.</summary>
    private const int MaxPartitions = 64;

    internal static readonly SearchSchema Schema = new(
        new Dictionary<string, SearchColumn>
        {
            ["run_id"] = new("r.run_id", IsText: true),
            ["run_name"] = new("r.name", IsText: true),
            ["user_id"] = new("r.user_name", IsText: true),
            ["status"] = new("r.status", IsText: true),
            ["artifact_uri"] = new("r.artifact_uri", IsText: true),
            ["start_time"] = new("r.started_at", IsText: false),
            ["end_time"] = new("r.ended_at", IsText: false, Nullable: true),
        },
        new Dictionary<EntityKind, KeyedTable>
        {
            [EntityKind.Param] = new("trk_param", "k.run_id = r.run_id"),
            [EntityKind.Tag] = new("trk_tag", "k.run_id = r.run_id"),
            [EntityKind.Metric] = new("trk_latest", "k.run_id = r.run_id", IsMetric: true),
        })
    {
        Tenant = "r.tenant_id",
        Datasets = new(
            "(select i.tenant_id, i.run_id, i.dataset_name as name, i.dataset_digest as digest, i.context from trk_input i)",
            "k.run_id = r.run_id"),
    };

    /// <summary>The page; null when its token is not one of ours.</summary>
    public async ValueTask<Page<RunKey>?> PageAsync()
    {
        object?[]? last = null;
        var types = new SearchSql(Schema, session.Dialect).SortKeys(search.Order);
        if (search.Token is { } token)
        {
            last = PageToken.Decode(token, types.Count);
            if (last is null || !types.Zip(last).All(pair => pair.First.Accepts(pair.Second)))
                return null;
        }

        if (search.Experiments.Count == 0)
            return new([], NextToken: null);
        var rows = await RowsAsync(last);
        var more = rows.Count > search.MaxResults;
        if (more)
            rows.RemoveRange(search.MaxResults, rows.Count - search.MaxResults);
        return new(rows.ConvertAll(r => r.Run), more ? PageToken.Encode(rows[^1].Keys) : null);
    }

    private async ValueTask<List<Row>> RowsAsync(object?[]? last)
    {
        string[] stages = search.View switch
        {
            ViewType.ActiveOnly => [Lifecycle.Active],
            ViewType.DeletedOnly => [Lifecycle.Deleted],
            _ => [Lifecycle.Active, Lifecycle.Deleted],
        };
        if (search.Experiments.Count * stages.Length > MaxPartitions)
            return await TogetherAsync(stages, last);
        var rows = new List<Row>();
        foreach (var experiment in search.Experiments)
        {
            foreach (var stage in stages)
                rows.AddRange(await PartitionAsync(experiment, stage, last));
        }

        if (search.Experiments.Count * stages.Length > 1)
            rows.Sort(CompareBy(new SearchSql(Schema, session.Dialect).SortKeys(search.Order)));
        return rows;
    }

    private async ValueTask<List<Row>> PartitionAsync(long experiment, string stage, object?[]? last)
    {
        if (await new RunSearchStartStore(session, workspace, experiment).FindAsync(search.Filter.All) is { } start)
            return await FromStartAsync(start, experiment, stage, last);
        if (search.Order[0].Entity is not EntityKind.Metric)
        {
            return await QueryAsync(last, sql => new("trk_run r" + sql.Joins,
                $"r.experiment_id = {sql.Parameter(experiment)} and r.lifecycle = {sql.Parameter(stage)}"));
        }

        // Runs that have the metric come first, in the order of its index; then those that have not, in the order of the rest.
        var rows = last is null || (long)last[0]! < 2 ? await ByMetricAsync(experiment, stage, last) : [];
        if (rows.Count <= search.MaxResults)
            rows.AddRange(await WithoutMetricAsync(experiment, stage, last is not null && (long)last[0]! == 2 ? last : null, search.MaxResults + 1 - rows.Count));
        return rows;
    }

    /// <summary>Begins at the few rows that meet one condition.</summary>
    private ValueTask<List<Row>> FromStartAsync(SearchStart start, long experiment, string stage, object?[]? last)
    {
        var sql = new SearchSql(Schema, session.Dialect);
        var keys = sql.SortKeys(search.Order);
        var from = $"{start.Table} c\n cross join trk_run r{sql.Joins}";
        var where = $"c.tenant_id = @tenant and c.experiment_id = {sql.Parameter(experiment)} and c.key = {sql.Parameter(start.Comparison.Key)}"
            + $" and {start.Test(sql, "c")} and r.run_id = c.run_id and r.lifecycle = {sql.Parameter(stage)}";
        return QueryAsync(sql, keys, new(from, where) { Met = start.Comparison }, last, search.MaxResults + 1);
    }

    private ValueTask<List<Row>> ByMetricAsync(long experiment, string stage, object?[]? last)
    {
        var sql = new SearchSql(Schema, session.Dialect);
        var metric = search.Order[0];
        SortKey[] keys =
        [
            new("m.is_nan", Ascending: true, SortKeyType.Whole),
            new("m.value", metric.Ascending, SortKeyType.Number),
            .. sql.SortKeys([.. search.Order.Skip(1)]),
        ];
        // 'cross join' keeps SQLite's planner from turning the two around; elsewhere it is a plain join.
        var from = $"trk_latest m\n cross join trk_run r{sql.Joins}";
        // A bound on the same metric is a bound on the index.
        var bound = search.Filter.All.FirstOrDefault(c => c.Entity is EntityKind.Metric && c.Key == metric.Key && c.Op is not Comparator.NotEqual);
        var where = $"m.tenant_id = @tenant and m.experiment_id = {sql.Parameter(experiment)} and m.key = {sql.Parameter(metric.Key)}"
            + (bound is null ? "" : $" and m.is_nan = 0 and {sql.Compare("m.value", bound)}")
            + $" and r.run_id = m.run_id and r.lifecycle = {sql.Parameter(stage)}";
        return QueryAsync(sql, keys, new(from, where) { Met = bound }, last, search.MaxResults + 1);
    }

    private async ValueTask<List<Row>> WithoutMetricAsync(long experiment, string stage, object?[]? last, int limit)
    {
        var sql = new SearchSql(Schema, session.Dialect);
        var keys = sql.SortKeys([.. search.Order.Skip(1)]);
        var where = $"r.experiment_id = {sql.Parameter(experiment)} and r.lifecycle = {sql.Parameter(stage)}"
            + " and not exists (select 1 from trk_latest m where m.tenant_id = r.tenant_id and m.run_id = r.run_id"
            + $" and m.key = {sql.Parameter(search.Order[0].Key)})";
        var rows = await QueryAsync(sql, keys, new("trk_run r" + sql.Joins, where), last?[2..], limit);
        return rows.ConvertAll(row => row with { Keys = [2L, 0.0, .. row.Keys] });
    }

    private ValueTask<List<Row>> TogetherAsync(string[] stages, object?[]? last) => QueryAsync(last, sql => new("trk_run r" + sql.Joins,
        stages.Length == 1
            ? $"r.lifecycle = {sql.Parameter(stages[0])} and r.experiment_id {{in experiments}}"
            : $"r.lifecycle <> {sql.Parameter(Lifecycle.Importing)} and r.experiment_id {{in experiments}}")
    {
        Experiments = search.Experiments,
    });

    private ValueTask<List<Row>> QueryAsync(object?[]? last, Func<SearchSql, Source> source)
    {
        var sql = new SearchSql(Schema, session.Dialect);
        var keys = sql.SortKeys(search.Order);
        return QueryAsync(sql, keys, source(sql), last, search.MaxResults + 1);
    }

    private async ValueTask<List<Row>> QueryAsync(SearchSql sql, IReadOnlyList<SortKey> keys, Source source, object?[]? last, int limit)
    {
        var where = sql.Where(search.Filter.All.Where(c => !ReferenceEquals(c, source.Met))) + (last is null ? "" : sql.After(keys, last));
        using var statement = session.Sql($"""
            select r.run_id, r.revision, {string.Join(", ", keys.Select(k => k.Sql))}
              from {source.From}
             where r.tenant_id = @tenant and {source.Where}{where}
             order by {string.Join(", ", keys.Select(k => k.OrderSql))}
             limit @limit
            """);
        statement.Set("tenant", workspace.Value);
        sql.SetAll(statement);
        if (source.Experiments is { } experiments)
            statement.SetList("experiments", experiments);
        statement.Set("limit", limit);
        return await statement.ListAsync(row => new Row(new(row.GetString(0), row.GetInt64(1)), ReadKeys(keys, row)));
    }

    private static object[] ReadKeys(IReadOnlyList<SortKey> keys, System.Data.Common.DbDataReader row)
    {
        var values = new object[keys.Count];
        for (var i = 0; i < values.Length; i++)
            values[i] = keys[i].Read(row, 2 + i);
        return values;
    }

    private static Comparison<Row> CompareBy(IReadOnlyList<SortKey> keys) => (left, right) =>
    {
        for (var i = 0; i < keys.Count; i++)
        {
            var order = keys[i].Compare(left.Keys[i], right.Keys[i]);
            if (order != 0)
                return order;
        }

        return 0;
    };

    /// <summary>Where rows come from.</summary>
    private sealed record Source(string From, string Where)
    {
        /// <summary>A condition that the source meets by itself.</summary>
        public Comparison? Met { get; init; }

        /// <summary>The list that <c>{in experiments}</c> tests against.</summary>
        public IReadOnlyList<long>? Experiments { get; init; }
    }

    private sealed record Row(RunKey Run, object[] Keys);
}
