namespace Orrery.Governance;

/// <summary>An advisory that does not count in this installation.</summary>
public sealed class IgnoredAdvisory
{
    /// <summary>Its id or one of its aliases.</summary>
    public string Id { get; set; } = "";

    /// <summary>Why it does not matter here.</summary>
    public string Reason { get; set; } = "";

    /// <summary>When it counts again; null for never.</summary>
    public DateTimeOffset? Until { get; set; }
}
