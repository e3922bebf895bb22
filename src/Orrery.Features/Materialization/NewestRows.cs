using Orrery.Kernel;

namespace Orrery.Features;

/// <summary>One part of a run: event times from the first to the last, both inclusive, in microseconds since 1970 UTC.</summary>
/// <param name="Bounds">Of event times.</param>
/// <param name="CreatedAfter">Of late rows: only those that became known after it; null for all.</param>
internal readonly record struct MaterializationPart(TimeBounds Bounds, long? CreatedAfter = null);

/// <summary>How much there is to bring online.</summary>
/// <param name="Rows">Rows of the source.</param>
/// <param name="First">Least event time; null when there are no rows.</param>
/// <param name="Last">Greatest event time.</param>
/// <param name="Created">Greatest created time; null when the source tells none.</param>
internal sealed record MaterializationExtent(long Rows, long? First, long? Last, long? Created);

/// <summary>Reads what a view's entities have newest, wherever its source is. One at a time; made for one run.</summary>
internal abstract class NewestRows
{
    /// <summary>How much there is in a part.</summary>
    public abstract Task<Result<MaterializationExtent>> ExtentAsync(MaterializationPart part, CancellationToken cancel);

    /// <summary>Event times that cut a part into so many of about the same number of rows: the last one of each but the last part.</summary>
    public abstract Task<Result<IReadOnlyList<long>>> CutsAsync(MaterializationPart part, int parts, CancellationToken cancel);

    /// <summary>
    /// DuckDB SQL that gives the newest row of each entity in a part: <c>k0.., ts, created, f0..</c>, of the types of keys and features.
    /// </summary>
    public abstract Task<Result<string>> SelectAsync(MaterializationPart part, CancellationToken cancel);
}

/// <summary>Reads in the embedded engine.</summary>
/// <param name="lease">Its connection.</param>
/// <param name="relation">The view's source.</param>
/// <param name="view">The view.</param>
/// <param name="keeps">What a row must satisfy, over the source's columns; null when every row may come.</param>
internal sealed class DuckNewestRows(DuckLease lease, SourceRelation relation, FeatureView view, string? keeps) : NewestRows
{
    public override Task<Result<MaterializationExtent>> ExtentAsync(MaterializationPart part, CancellationToken cancel)
    {
        if (Scan(part, []).Failed(out var wrong, out var scan))
            return Task.FromResult<Result<MaterializationExtent>>(wrong);
        using var reader = lease.Connection.Query(NewestSql.Extent(scan), cancel: cancel);
        reader.Read();
        return Task.FromResult<Result<MaterializationExtent>>(
            new MaterializationExtent(reader.Values<long>(0)[0], NewestSql.Whole(reader, 1), NewestSql.Whole(reader, 2), NewestSql.Whole(reader, 3)));
    }

    public override Task<Result<IReadOnlyList<long>>> CutsAsync(MaterializationPart part, int parts, CancellationToken cancel)
    {
        if (Scan(part, []).Failed(out var wrong, out var scan))
            return Task.FromResult<Result<IReadOnlyList<long>>>(wrong);
        var cuts = new List<long>();
        using var reader = lease.Connection.Query(NewestSql.Cuts(scan, parts), cancel: cancel);
        while (reader.Read())
            cuts.AddRange(reader.Values<long>(0));
        return Task.FromResult<Result<IReadOnlyList<long>>>(cuts);
    }

    public override Task<Result<string>> SelectAsync(MaterializationPart part, CancellationToken cancel) =>
        Task.FromResult(Scan(part, Enumerable.Range(0, view.Fields.Count).ToList()).Then<string>(scan => NewestSql.Newest(scan, view)));

    private Result<string> Scan(MaterializationPart part, IReadOnlyList<int> fields) =>
        DuckDbDialect.Instance.Scan(relation, view, fields, part.Bounds).Then<string>(scan => NewestSql.Part(keeps is null ? $"{scan}" : $"{scan} and {keeps}", part));
}
