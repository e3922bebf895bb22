using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tracking;

/// <summary>A condition that few runs meet, and where the rows that meet it are.</summary>
/// <param name="Table">Its table.</param>
/// <param name="Comparison">The condition.</param>
/// <param name="Test">The condition as SQL over a row of the table under the alias given, so that the table's index serves it.</param>
internal sealed record SearchStart(string Table, Comparison Comparison, Func<SearchSql, string, string> Test);

/// <summary>
/// Looks for a condition of a filter that only few runs of an experiment meet, by counting matches in an index up to a bound.
/// A search that starts there looks at those runs only, whatever it is ordered by.
/// </summary>
internal sealed class RunSearchStartStore(DbSession session, WorkspaceId workspace, long experiment)
{
    private const int Indexed = 64;

    /// <summary>Whether an index finds the runs that meet one of the conditions.</summary>
    public static bool CanStart(IReadOnlyList<Comparison> comparisons) => comparisons.Any(static c => Start(c) is not null);

    /// <summary>The conditions that at most so many runs each meet, fewest first.</summary>
    public async ValueTask<IReadOnlyList<SearchStart>> FindAsync(IReadOnlyList<Comparison> comparisons, int most)
    {
        var found = new List<(SearchStart Start, long Count)>();
        foreach (var start in comparisons.Select(Start).OfType<SearchStart>())
        {
            var count = await CountAsync(start, most + 1L);
            if (count <= most)
                found.Add((start, count));
        }

        return [.. found.OrderBy(static f => f.Count).Select(static f => f.Start)];
    }

    private async ValueTask<long> CountAsync(SearchStart start, long limit)
    {
        var sql = new SearchSql(RunSearchStore.Schema, session.Dialect);
        using var statement = session.Sql($"""
            select count(*)
              from (select 1
                      from {start.Table} c
                     where c.tenant_id = @tenant and c.experiment_id = @experiment and c.key = {sql.Parameter(start.Comparison.Key)} and {start.Test(sql, "c")}
                     limit @limit) found
            """);
        statement.Set("tenant", workspace.Value).Set("experiment", experiment);
        sql.SetAll(statement);
        statement.Set("limit", limit);
        return await statement.LongAsync() ?? 0;
    }

    private static SearchStart? Start(Comparison comparison) => comparison switch
    {
        { Entity: EntityKind.Param, Value: SearchValue.Text text } => Text("trk_param", comparison, text.Value),
        { Entity: EntityKind.Tag, Value: SearchValue.Text text } => Text("trk_tag", comparison, text.Value),
        { Entity: EntityKind.Metric, Op: not Comparator.NotEqual, Value: SearchValue.Number } => new(
            "trk_latest", comparison, (sql, alias) => $"{alias}.is_nan = 0 and {sql.Compare(alias + ".value", comparison)}"),
        _ => null,
    };

    // The index holds the head of a value. Where that is all of the value, the index alone answers.
    private static SearchStart? Text(string table, Comparison comparison, string value)
    {
        if (comparison.Op is Comparator.Equal)
        {
            return new(table, comparison, (sql, alias) =>
                $"{alias}.head = {sql.Parameter(Head(value))}" + (value.Length < Indexed ? "" : $" and {sql.Compare(alias + ".value", comparison)}"));
        }

        var fixedLength = value.AsSpan().IndexOfAny('%', '_');
        if (comparison.Op is not Comparator.Like || fixedLength == 0)
            return null;
        var prefix = Head(fixedLength < 0 ? value : value[..fixedLength]);
        return prefix.Length == 0 || prefix[^1] >= '\ud7ff'
            ? null
            : new(table, comparison, (sql, alias) =>
                $"{alias}.head >= {sql.Parameter(prefix)} and {alias}.head < {sql.Parameter(prefix[..^1] + (char)(prefix[^1] + 1))}"
                + $" and {sql.Compare(alias + ".value", comparison)}");
    }

    /// <summary>As much of a value as the index holds; SQL counts code points.</summary>
    private static string Head(string value)
    {
        if (value.Length <= Indexed)
            return value;
        var length = 0;
        foreach (var rune in value.EnumerateRunes().Take(Indexed))
            length += rune.Utf16SequenceLength;
        return value[..length];
    }
}
