namespace Churn;

/// <summary>How trees are boosted.</summary>
internal sealed record BoostingOptions
{
    /// <summary>Most trees to grow, at least 1.</summary>
    public required int Trees { get; init; }

    /// <summary>Splits on the way from root to leaf, at least 1; 1 makes stumps.</summary>
    public required int Depth { get; init; }

    /// <summary>Share of each tree's answer that is added, in (0, 1].</summary>
    public required double LearningRate { get; init; }

    /// <summary>Fewest training rows in a leaf, at least 1.</summary>
    public int MinLeafRows { get; init; } = 1;

    /// <summary>Share of the training rows, drawn afresh without replacement, that each tree sees; in (0, 1].</summary>
    public double Subsample { get; init; } = 1;

    /// <summary>Trees without a better validation log-loss after which growing stops and the best prefix is kept; 0 never stops.</summary>
    public int Patience { get; init; }

    /// <summary>Seed of the subsamples.</summary>
    public ulong Seed { get; init; }
}
