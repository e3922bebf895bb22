namespace Orrery.Features;

/// <summary>A view of a Feast registry, of either kind that has a source.</summary>
internal sealed record FeastViewSpec(WireMessage Message, string Kind)
{
    public string Name => Message.Text(1);

    public IReadOnlyList<string> Entities => [.. Message.Texts(3)];

    public IEnumerable<WireMessage> Features => Message.Messages(4);

    public required IEnumerable<WireMessage> EntityColumns { get; init; }

    public required Dictionary<string, string> Tags { get; init; }

    public required string? Description { get; init; }

    public required string? Owner { get; init; }

    /// <summary>Seconds; 0 for none.</summary>
    public required long Ttl { get; init; }

    public required WireMessage? Batch { get; init; }

    public required WireMessage? Stream { get; init; }

    public required bool IsOnline { get; init; }

    /// <summary>What it computes by code, for people; null for nothing.</summary>
    public required string? Code { get; init; }

    public static FeastViewSpec OfView(WireMessage spec) => new(spec, "feature_view")
    {
        EntityColumns = spec.Messages(12),
        Tags = spec.Map(5),
        Description = spec.TextOrNull(10),
        Owner = spec.TextOrNull(11),
        Ttl = spec.Message(6)?.Number(1) ?? 0,
        Batch = spec.Message(7),
        Stream = spec.Message(9),
        IsOnline = spec.Number(8) != 0,
        Code = spec.Has(15) ? "a transformation" : null,
    };

    public static FeastViewSpec OfStream(WireMessage spec) => new(spec, "stream_feature_view")
    {
        EntityColumns = spec.Messages(5),
        Tags = spec.Map(7),
        Description = spec.TextOrNull(6),
        Owner = spec.TextOrNull(8),
        Ttl = spec.Message(9)?.Number(1) ?? 0,
        Batch = spec.Message(10),
        Stream = spec.Message(11),
        IsOnline = spec.Number(12) != 0,
        Code = spec.Has(15) ? "aggregations" : spec.Has(13) || spec.Has(17) ? "a transformation" : null,
    };
}
