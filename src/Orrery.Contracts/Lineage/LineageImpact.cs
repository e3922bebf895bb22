namespace Orrery.Contracts;

/// <summary>What uses a thing, directly or over others.</summary>
public sealed record LineageImpact
{
    /// <summary>The thing.</summary>
    public required LineageNode Node { get; init; }

    /// <summary>How many things use it, by kind; those that the caller may not see are counted too.</summary>
    public IReadOnlyDictionary<string, int> Counts { get => field ?? new Dictionary<string, int>(); init; }

    /// <summary>Those that use it, nearest first.</summary>
    public IReadOnlyList<LineageNode> Users { get => field ?? []; init; }

    /// <summary>Whether the walk ended before it had found all: it looks at 2,000 things.</summary>
    public bool IsTruncated { get; init; }

    /// <summary>Asks for those that follow; absent on the last page.</summary>
    public string? NextPageToken { get; init; }
}
