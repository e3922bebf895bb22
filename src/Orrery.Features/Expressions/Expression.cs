namespace Orrery.Features;

/// <summary>A compiled SQL expression over named columns. Immutable and thread-safe.</summary>
internal sealed class Expression
{
    internal Expression(string text, FeatureType type)
    {
        Text = text;
        Type = type;
    }

    /// <summary>As it was written.</summary>
    public string Text { get; }

    /// <summary>What it gives.</summary>
    public FeatureType Type { get; }
}
