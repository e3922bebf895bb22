namespace Orrery.Governance;

/// <summary>How much is at stake with a model, and so how much of its card people must write.</summary>
internal enum CardTier
{
    /// <summary>Little.</summary>
    Low,

    /// <summary>Something.</summary>
    Medium,

    /// <summary>Much; or nobody has said.</summary>
    High,
}

/// <summary>Names of tiers.</summary>
internal static class CardTiers
{
    /// <summary>Tag of a model or of a version that says its tier; the version's stands before the model's.</summary>
    public const string Tag = "risk_tier";

    /// <summary>The tier that a tag names. What nobody said, or what is none, counts as the worst (an unanswered question is never a good answer).</summary>
    public static CardTier Parse(string? text) => Enum.TryParse<CardTier>(text?.Trim(), ignoreCase: true, out var tier) && Enum.IsDefined(tier) ? tier : CardTier.High;

    /// <summary>As it is written.</summary>
    public static string Name(CardTier tier) => tier switch
    {
        CardTier.Low => "low",
        CardTier.Medium => "medium",
        _ => "high",
    };
}
