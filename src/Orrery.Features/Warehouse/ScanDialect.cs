using Orrery.Kernel;

namespace Orrery.Features;

/// <summary>What differs between engines when a source's columns become keys, times and features.</summary>
internal abstract class ScanDialect
{
    /// <summary>The column as a key or feature of a declared type, or null when nothing of its type can be made into one.</summary>
    public abstract string? Cast(SourceColumn column, FeatureType type);

    /// <summary>The column as a key, fit for equality; null as of <see cref="Cast"/>.</summary>
    public abstract string? Key(SourceColumn column, FeatureType type);

    /// <summary>A time column in microseconds since 1970 UTC; null for infinite times.</summary>
    public abstract string Micros(SourceColumn column);

    /// <summary>A condition on a time column that engines use to skip what is out of bounds: from the first moment to the last, both inclusive.</summary>
    public abstract string Within(SourceColumn column, TimeBounds bounds);

    /// <summary>The select list and the rest of a scan: <c>k0.., ts, created, seq, f0..</c>.</summary>
    public Result<ScanSql> Scan(SourceRelation relation, FeatureView view, IReadOnlyList<int> fields, TimeBounds bounds)
    {
        if (relation.Timestamp.Failed(out var wrong, out var timestamp) || relation.Created.Failed(out wrong, out var created))
            return wrong;
        var columns = new List<string>();
        for (var i = 0; i < view.Keys.Count; i++)
        {
            if (relation.Column(view.Keys[i].Name).Failed(out wrong, out var column))
                return wrong;
            if (Key(column, view.Keys[i].Type) is not { } sql)
                return Mismatch(relation, column, view.Keys[i].Name, view.Keys[i].Type);
            columns.Add($"{sql} as k{i}");
        }

        columns.Add($"{Micros(timestamp)} as ts");
        columns.Add($"{(created is null ? "cast(null as bigint)" : Micros(created))} as created");
        columns.Add($"{relation.Sequence ?? "cast(0 as bigint)"} as seq");
        foreach (var field in fields)
        {
            var declared = view.Fields[field];
            if (relation.Column(declared.Name).Failed(out wrong, out var column))
                return wrong;
            if (Cast(column, declared.Type) is not { } sql)
                return Mismatch(relation, column, declared.Name, declared.Type);
            columns.Add($"{sql} as f{field}");
            columns.AddRange(Extra(column, declared.Type, field));
        }

        return new ScanSql(columns, relation.From, Within(timestamp, bounds), created is not null);
    }

    /// <summary>Further columns that a feature needs in the engine.</summary>
    protected virtual IEnumerable<string> Extra(SourceColumn column, FeatureType type, int field) => [];

    private static Failure Mismatch(SourceRelation relation, SourceColumn column, string name, FeatureType type) => Failure.Invalid(
        "features.source_type_mismatch", $"Column {column.Name} of source {relation.Source.Name} is {column.TypeName}, which {name} cannot be made of: it is declared as {type}.");
}

/// <summary>From the first moment to the last, both inclusive, in microseconds since 1970 UTC; null for no bound.</summary>
internal readonly record struct TimeBounds(long? First, long? Last)
{
    public static readonly TimeBounds None = new(null, null);
}

/// <summary>A scan, ready to be put into a query.</summary>
internal sealed record ScanSql(IReadOnlyList<string> Columns, string From, string Where, bool HasCreated)
{
    /// <summary>As one select.</summary>
    public override string ToString() => $"select {string.Join(", ", Columns)} from {From} where {Where}";
}
