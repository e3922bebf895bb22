using System.Text;

namespace Orrery.Features;

/// <summary>A request column that keys are made of, in one type.</summary>
internal sealed record KeyColumn(string Name, FeatureType Type)
{
    public byte[] Utf8 { get; } = Encoding.UTF8.GetBytes(Name);
}

/// <summary>One read of one view: its table, and the columns that its keys are made of.</summary>
/// <param name="View">The version.</param>
/// <param name="Table">Its rows.</param>
/// <param name="Keys">Places in <see cref="OnlinePlan.KeySets"/>.</param>
internal sealed record ViewRead(FeatureView View, OnlineTable Table, int Keys)
{
    public RowLayout Layout { get; } = RowLayout.Of(View);

    /// <summary>Microseconds; null for ever.</summary>
    public long? Ttl { get; } = View.Ttl is { } ttl ? ttl.Ticks / TimeSpan.TicksPerMicrosecond : null;
}

/// <summary>One on-demand view to compute.</summary>
/// <param name="View">The version.</param>
/// <param name="Inputs">For each of its inputs: which read and which field.</param>
internal sealed record OnDemandRead(OnDemandView View, IReadOnlyList<(int Read, int Field)> Inputs);

/// <summary>A column of the answer: a field of a read, or of an on-demand view.</summary>
internal readonly record struct OnlineColumn(bool IsOnDemand, int Source, int Field);

/// <summary>
/// How one shape of request is answered on one revision of a project: what is read, computed and written, in which order. Immutable and shared.
/// </summary>
internal sealed class OnlinePlan
{
    public required FeatureSelection Selection { get; init; }

    /// <summary>Columns that keys are made of; a request must have them all.</summary>
    public required IReadOnlyList<KeyColumn> KeyColumns { get; init; }

    /// <summary>Each a list of places in <see cref="KeyColumns"/>: views with the same keys share one.</summary>
    public required IReadOnlyList<int[]> KeySets { get; init; }

    public required IReadOnlyList<ViewRead> Reads { get; init; }

    public required IReadOnlyList<OnDemandRead> OnDemand { get; init; }

    /// <summary>Places in <see cref="KeyColumns"/> that are echoed, in the order of the request.</summary>
    public required IReadOnlyList<int> Echoed { get; init; }

    /// <summary>For each of <see cref="KeyColumns"/>, its place among the request's columns.</summary>
    public required IReadOnlyList<int> ColumnOfKey { get; init; }

    /// <summary>Columns after the join keys.</summary>
    public required IReadOnlyList<OnlineColumn> Outputs { get; init; }

    /// <summary>The end of the answer: <c>],"metadata":{...}}</c>.</summary>
    public required byte[] Tail { get; init; }

    /// <summary>Ids of the views whose values are shown, for the caller's limits.</summary>
    public required IReadOnlyList<string> ViewIds { get; init; }

    /// <summary>The first column shown, or read by what is shown, that only some may see; null for none.</summary>
    public string? Restricted { get; init; }
}
