namespace Orrery.Features;

/// <summary>
/// One view of a join, in the order in which it is worked: scan, bound by time, prepare (order rows that are equal in time, or make them visible
/// when they became known), as-of, ttl, project. Dialects make SQL of it.
/// </summary>
internal sealed record ViewJoin
{
    /// <summary>Begins the names of its columns, so that a view can be there twice: <c>v0</c>.</summary>
    public required string Name { get; init; }

    public required FeatureView View { get; init; }

    /// <summary>Places in the view's fields, each once; the columns <c>v0_f3</c> come out.</summary>
    public required IReadOnlyList<int> Fields { get; init; }

    /// <summary>The source's rows within the bounds of time: <c>k0.., ts, created, seq, f0..</c>.</summary>
    public required ScanSql Scan { get; init; }

    /// <summary>Columns of the entity rows that hold the view's keys, in their order.</summary>
    public required IReadOnlyList<string> Keys { get; init; }

    /// <summary>Table of the distinct keys of the entity rows with a number for each; views with the same keys share it.</summary>
    public string KeyTable { get; init; } = "";

    /// <summary>Rows count only once they were known.</summary>
    public required bool KnownAt { get; init; }

    /// <summary>How long a row holds.</summary>
    public TimeSpan? Ttl => View.Ttl is { Ticks: > 0 } ttl ? ttl : null;

    /// <summary>The ttl in microseconds.</summary>
    public long? TtlMicros => Ttl is { } ttl ? ttl.Ticks / TimeSpan.TicksPerMicrosecond : null;

    /// <summary>Name of a feature's column in the join's result.</summary>
    public string Column(int field) => $"{Name}_f{field}";
}
