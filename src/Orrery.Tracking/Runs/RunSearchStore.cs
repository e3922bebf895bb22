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

    /// <summary>A condition with no more matches than this is where a search starts.</summary>
    private const int Selective = 400;

    private static readonly SearchSchema Schema = new(
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
            rows.Sort(CompareRows);
        return rows;
    }

    private async ValueTask<List<Row>> PartitionAsync(long experiment, string stage, object?[]? last)
    {
        if (await SelectiveAsync(experiment) is { } ids)
        {
            return await QueryAsync(last, (sql, keys) => new("trk_run r" + sql.Joins,
                $"r.experiment_id = {sql.Parameter(experiment)} and r.lifecycle = {sql.Parameter(stage)} and r.run_id {{in ids}}"), ids);
        }

        if (search.Order[0].Entity is not EntityKind.Metric)
        {
            return await QueryAsync(last, (sql, keys) => new("trk_run r" + sql.Joins,
                $"r.experiment_id = {sql.Parameter(experiment)} and r.lifecycle = {sql.Parameter(stage)}"));
        }

        // Runs that have the metric come first, in the order of its index; then those that have not, in the order of the rest.
        var rows = last is null || (long)last[0]! < 2 ? await ByMetricAsync(experiment, stage, last) : [];
        if (rows.Count <= search.MaxResults)
            rows.AddRange(await WithoutMetricAsync(experiment, stage, last is not null && (long)last[0]! == 2 ? last : null, search.MaxResults + 1 - rows.Count));
        return rows;
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
        var where = $"m.tenant_id = @tenant and m.experiment_id = {sql.Parameter(experiment)} and m.key = {sql.Parameter(metric.Key)}"
            + $" and r.run_id = m.run_id and r.lifecycle = {sql.Parameter(stage)}";
        return QueryAsync(sql, keys, new(from, where), last, search.MaxResults + 1, ids: null);
    }

    private async ValueTask<List<Row>> WithoutMetricAsync(long experiment, string stage, object?[]? last, int limit)
    {
        var sql = new SearchSql(Schema, session.Dialect);
        var keys = sql.SortKeys([.. search.Order.Skip(1)]);
        var where = $"r.experiment_id = {sql.Parameter(experiment)} and r.lifecycle = {sql.Parameter(stage)}"
            + " and not exists (select 1 from trk_latest m where m.tenant_id = r.tenant_id and m.run_id = r.run_id"
            + $" and m.key = {sql.Parameter(search.Order[0].Key)})";
        var rows = await QueryAsync(sql, keys, new("trk_run r" + sql.Joins, where), last?[2..], limit, ids: null);
        return rows.ConvertAll(row => row with { Keys = [2L, 0.0, .. row.Keys] });
    }

    private ValueTask<List<Row>> TogetherAsync(string[] stages, object?[]? last) => QueryAsync(last, (sql, keys) => new("trk_run r" + sql.Joins,
        stages.Length == 1
            ? $"r.lifecycle = {sql.Parameter(stages[0])} and r.experiment_id {{in experiments}}"
            : $"r.lifecycle <> {sql.Parameter(Lifecycle.Importing)} and r.experiment_id {{in experiments}}"), ids: null, experiments: search.Experiments);

    private ValueTask<List<Row>> QueryAsync(
        object?[]? last, Func<SearchSql, IReadOnlyList<SortKey>, Source> source, IReadOnlyCollection<string>? ids = null, IReadOnlyList<long>? experiments = null)
    {
        var sql = new SearchSql(Schema, session.Dialect);
        var keys = sql.SortKeys(search.Order);
        return QueryAsync(sql, keys, source(sql, keys), last, search.MaxResults + 1, ids, experiments);
    }

    private async ValueTask<List<Row>> QueryAsync(
        SearchSql sql, IReadOnlyList<SortKey> keys, Source source, object?[]? last, int limit, IReadOnlyCollection<string>? ids,
        IReadOnlyList<long>? experiments = null)
    {
        var where = sql.Where(search.Filter.All) + (last is null ? "" : sql.After(keys, last));
        using var statement = session.Sql($"""
            select r.run_id, r.revision, {string.Join(", ", keys.Select(k => k.Sql))}
              from {source.From}
             where r.tenant_id = @tenant and {source.Where}{where}
             order by {string.Join(", ", keys.Select(k => k.OrderSql))}
             limit @limit
            """);
        statement.Set("tenant", workspace.Value);
        sql.SetAll(statement);
        if (ids is not null)
            statement.SetList("ids", ids);
        if (experiments is not null)
            statement.SetList("experiments", experiments);
        statement.Set("limit", limit);
        return await statement.ListAsync(row => new Row(
            new(row.GetString(0), row.GetInt64(1)), [.. keys.Select((key, i) => key.Read(row, 2 + i))]));
    }

    /// <summary>The runs that meet the first condition that only few meet; null when there is no such condition.</summary>
    private async ValueTask<IReadOnlyCollection<string>?> SelectiveAsync(long experiment)
    {
        foreach (var comparison in search.Filter.All)
        {
            if (Probe(comparison) is not { } probe)
                continue;
            var sql = new SearchSql(Schema, session.Dialect);
            using var statement = session.Sql($"""
                select k.run_id
                  from {probe.Table} k
                 where k.tenant_id = @tenant and k.experiment_id = @experiment and k.key = {sql.Parameter(comparison.Key)} and {probe.Test(sql)}
                 limit {Selective + 1}
                """);
            statement.Set("tenant", workspace.Value).Set("experiment", experiment);
            sql.SetAll(statement);
            var ids = await statement.ListAsync(static row => row.GetString(0));
            if (ids.Count <= Selective)
                return ids;
        }

        return null;
    }

    private static (string Table, Func<SearchSql, string> Test)? Probe(Comparison comparison) => comparison switch
    {
        { Op: Comparator.Equal, Value: SearchValue.Text text, Entity: EntityKind.Param or EntityKind.Tag } =>
            (comparison.Entity is EntityKind.Param ? "trk_param" : "trk_tag",
            sql => $"substr(k.value, 1, 64) = {sql.Parameter(text.Value.Length <= 64 ? text.Value : text.Value[..64])} and k.value = {sql.Parameter(text.Value)}"),
        { Entity: EntityKind.Metric, Value: SearchValue.Number number } when Symbol(comparison.Op) is { } symbol =>
            ("trk_latest", sql => $"k.is_nan = 0 and k.value {symbol} {sql.Parameter(number.Value)}"),
        _ => null,
    };

    private static string? Symbol(Comparator op) => op switch
    {
        Comparator.Equal => "=",
        Comparator.Greater => ">",
        Comparator.GreaterOrEqual => ">=",
        Comparator.Less => "<",
        Comparator.LessOrEqual => "<=",
        _ => null,
    };

    private int CompareRows(Row left, Row right)
    {
        var keys = new SearchSql(Schema, session.Dialect).SortKeys(search.Order);
        for (var i = 0; i < keys.Count; i++)
        {
            var order = keys[i].Compare(left.Keys[i], right.Keys[i]);
            if (order != 0)
                return order;
        }

        return 0;
    }

    private sealed record Source(string From, string Where);

    private sealed record Row(RunKey Run, object[] Keys);
}
