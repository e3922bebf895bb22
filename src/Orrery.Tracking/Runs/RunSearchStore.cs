using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tracking;

/// <summary>
/// SQL of the run search. The runs of one experiment and life stage are a partition, within which an index gives the most
/// used orders; a page is merged from its partitions. Where a condition is selective, the search begins with the runs that meet it.
/// </summary>
internal sealed class RunSearchStore(DbSession session, WorkspaceId workspace, RunSearch search)
{
    /// <summary>More partitions than this are searched together, without the help of an index's order.</summary>
    private const int MaxPartitions = 64;

    /// <summary>A condition that no more runs meet than this is where a search begins, whatever it is ordered by.</summary>
    private const int Few = 500;

    /// <summary>A condition that no more runs meet than this is where a search begins that does not find its page at once.</summary>
    private const int Many = 20_000;

    /// <summary>What conditions look at.</summary>
    private const string Tested =
        "r.tenant_id, r.run_id, r.revision, r.experiment_id, r.name, r.user_name, r.status, r.started_at, r.ended_at, r.artifact_uri";

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
        var starts = new RunSearchStartStore(session, workspace, experiment);
        if (await starts.FindAsync(search.Filter.All, Few) is { Count: > 0 } few)
            return await FromStartAsync(few, experiment, stage, last);
        var walks = search.Order[0].Entity is EntityKind.Metric ? ByMetric(experiment, stage) : [Plain(experiment, stage)];
        var met = walks[0]().Met;
        if (RunSearchStartStore.CanStart([.. search.Filter.All.Where(c => !met.Contains(c))]))
        {
            var expected = long.MaxValue;
            if (IsIndexed)
            {
                // A filter that most runs meet fills the page soon; one that does not tells how far the walk would go.
                var rows = await WalkAsync(walks.Take(1), last, within: Window);
                if (rows.Count > search.MaxResults)
                    return rows;
                expected = (search.MaxResults + 1L) * Window / Math.Max(1, rows.Count);
            }

            if (await starts.FindAsync(search.Filter.All, (int)Math.Min(Many, expected)) is { Count: > 0 } many)
                return await FromStartAsync(many, experiment, stage, last);
        }

        return await WalkAsync(walks, last, within: null);
    }

    private bool IsIndexed => search.Order[0] is { Entity: EntityKind.Metric } or { Entity: EntityKind.Attribute, Key: "start_time" };

    private int Window => 5 * (search.MaxResults + 1);

    /// <summary>Begins at the rows that meet the first condition; the others are looked up at once in their indexes.</summary>
    private ValueTask<List<Row>> FromStartAsync(IReadOnlyList<SearchStart> starts, long experiment, string stage, object?[]? last)
    {
        var sql = new SearchSql(Schema, session.Dialect);
        var keys = sql.SortKeys(search.Order);
        var from = $"{starts[0].Table} c{Run("c")}{sql.Joins}";
        var where = Index(sql, starts[0], "c", experiment);
        foreach (var other in starts.Skip(1))
            where += $"\n   and c.run_id in (select k.run_id from {other.Table} k where {Index(sql, other, "k", experiment)})";
        where += $"\n   and r.lifecycle = {sql.Parameter(stage)}";
        return QueryAsync(
            new(sql, keys, from, where) { Met = [.. starts.Select(static s => s.Comparison)], Owner = "c" }, last, search.MaxResults + 1, within: null);
    }

    private static string Index(SearchSql sql, SearchStart start, string alias, long experiment) =>
        $"{alias}.tenant_id = @tenant and {alias}.experiment_id = {sql.Parameter(experiment)} and {alias}.key = {sql.Parameter(start.Comparison.Key)}"
        + $" and {start.Test(sql, alias)}";

    /// <summary>A page from walks of which each comes wholly before the next.</summary>
    private async ValueTask<List<Row>> WalkAsync(IEnumerable<Func<Source>> walks, object?[]? last, int? within)
    {
        var rows = new List<Row>();
        foreach (var make in walks)
        {
            var walk = make();
            var after = last;
            if (last is not null && walk.Fixed.Length > 0)
            {
                var order = ((long)last[0]!).CompareTo((long)walk.Fixed[0]);
                if (order > 0)
                    continue;
                after = order == 0 ? last[walk.Fixed.Length..] : null;
            }

            rows.AddRange(await QueryAsync(walk, after, search.MaxResults + 1 - rows.Count, within));
            if (rows.Count > search.MaxResults)
                break;
        }

        return rows;
    }

    private Func<Source> Plain(long experiment, string stage) => () =>
    {
        var sql = new SearchSql(Schema, session.Dialect);
        var keys = sql.SortKeys(search.Order);
        return new(sql, keys, "trk_run r" + sql.Joins, OfPartition(sql, experiment, stage));
    };

    /// <summary>Runs whose metric is a number come first, in the order of its index; then those where it is NaN; then those that have none.</summary>
    private List<Func<Source>> ByMetric(long experiment, string stage)
    {
        var metric = search.Order[0];
        var bounds = search.Filter.All.Where(c => c.Entity is EntityKind.Metric && c.Key == metric.Key).ToList();
        var bound = bounds.Find(static c => c.Op is not Comparator.NotEqual);
        var walks = new List<Func<Source>> { () => WithMetric(experiment, stage, isNan: false, bound) };
        if (bound is null)
            walks.Add(() => WithMetric(experiment, stage, isNan: true, bound: null));
        if (bounds.Count == 0)
            walks.Add(() => WithoutMetric(experiment, stage));
        return walks;
    }

    private Source WithMetric(long experiment, string stage, bool isNan, Comparison? bound)
    {
        var sql = new SearchSql(Schema, session.Dialect);
        var metric = search.Order[0];
        var rest = sql.SortKeys([.. search.Order.Skip(1)]);
        IReadOnlyList<SortKey> keys = isNan ? rest : [new("m.value", metric.Ascending, SortKeyType.Number), .. rest];
        var where = $"m.tenant_id = @tenant and m.experiment_id = {sql.Parameter(experiment)} and m.key = {sql.Parameter(metric.Key)}"
            + $" and m.is_nan = {(isNan ? 1 : 0)}"
            // A bound on the same metric is a bound on the index.
            + (bound is null ? "" : $" and {sql.Compare("m.value", bound)}")
            + $" and r.lifecycle = {sql.Parameter(stage)}";
        return new(sql, keys, $"trk_latest m{Run("m")}{sql.Joins}", where) { Met = bound is null ? [] : [bound], Owner = "m", Fixed = isNan ? [1L, 0.0] : [0L] };
    }

    private Source WithoutMetric(long experiment, string stage)
    {
        var sql = new SearchSql(Schema, session.Dialect);
        var keys = sql.SortKeys([.. search.Order.Skip(1)]);
        var where = OfPartition(sql, experiment, stage)
            + " and not exists (select 1 from trk_latest m where m.tenant_id = r.tenant_id and m.run_id = r.run_id"
            + $" and m.key = {sql.Parameter(search.Order[0].Key)} limit 1 offset 0)";
        return new(sql, keys, "trk_run r" + sql.Joins, where) { Fixed = [2L, 0.0] };
    }

    private string Run(string owner) => session.Dialect.Lookup(left: false, "trk_run", "r", $"r.tenant_id = {owner}.tenant_id and r.run_id = {owner}.run_id");

    private static string OfPartition(SearchSql sql, long experiment, string stage) =>
        $"r.experiment_id = {sql.Parameter(experiment)} and r.lifecycle = {sql.Parameter(stage)}";

    private ValueTask<List<Row>> TogetherAsync(string[] stages, object?[]? last)
    {
        var sql = new SearchSql(Schema, session.Dialect);
        var keys = sql.SortKeys(search.Order);
        var where = (stages.Length == 1 ? $"r.lifecycle = {sql.Parameter(stages[0])}" : $"r.lifecycle <> {sql.Parameter(Lifecycle.Importing)}")
            + " and r.experiment_id {in experiments}";
        return QueryAsync(new(sql, keys, "trk_run r" + sql.Joins, where) { Experiments = search.Experiments }, last, search.MaxResults + 1, within: null);
    }

    /// <param name="source">Where rows come from.</param>
    /// <param name="last">Keys of the last row of the page before.</param>
    /// <param name="limit">As many rows at most.</param>
    /// <param name="within">Only the first so many rows of the source are tested; null for all.</param>
    private async ValueTask<List<Row>> QueryAsync(Source source, object?[]? last, int limit, int? within)
    {
        var (sql, keys) = (source.Sql, source.Keys);
        var after = last is null ? "" : sql.After(keys, last);
        var tests = sql.Where(search.Filter.All.Where(c => !source.Met.Contains(c)), within is null ? source.Owner : "r");
        using var statement = session.Sql(within is null ? All() : Within());
        statement.Set("tenant", workspace.Value);
        sql.SetAll(statement);
        if (source.Experiments is { } experiments)
            statement.SetList("experiments", experiments);
        statement.Set("limit", limit);
        if (within is { } window)
            statement.Set("window", window);
        return await statement.ListAsync(row => new Row(new(row.GetString(0), row.GetInt64(1)), [.. source.Fixed, .. ReadKeys(keys, row)]));

        string All() => $"""
            select r.run_id, r.revision, {string.Join(", ", keys.Select(k => k.Sql))}
              from {source.From}
             where r.tenant_id = @tenant and {source.Where}{tests}{after}
             order by {string.Join(", ", keys.Select(k => k.OrderSql))}
             limit @limit
            """;

        string Within() => $"""
            select r.run_id, r.revision, {string.Join(", ", keys.Select(static (_, i) => $"r.k{i}"))}
              from (select {Tested}, {string.Join(", ", keys.Select(static (k, i) => $"{k.Sql} as k{i}"))}
                      from {source.From}
                     where r.tenant_id = @tenant and {source.Where}{after}
                     order by {string.Join(", ", keys.Select(k => k.OrderSql))}
                     limit @window) r
             where true{tests}
             order by {string.Join(", ", keys.Select(static (k, i) => k.Ascending ? $"r.k{i}" : $"r.k{i} desc"))}
             limit @limit
            """;
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

    /// <summary>Where rows come from, and the keys they are sorted by.</summary>
    private sealed record Source(SearchSql Sql, IReadOnlyList<SortKey> Keys, string From, string Where)
    {
        /// <summary>Keys that come first in a page token and are the same in all rows: the number of the walk leads.</summary>
        public object[] Fixed { get; init; } = [];

        /// <summary>The first table, whose rows are tested before the run is fetched.</summary>
        public string Owner { get; init; } = "r";

        /// <summary>Conditions that the source meets by itself.</summary>
        public IReadOnlyList<Comparison> Met { get; init; } = [];

        /// <summary>The list that <c>{in experiments}</c> tests against.</summary>
        public IReadOnlyList<long>? Experiments { get; init; }
    }

    private sealed record Row(RunKey Run, object[] Keys);
}
