namespace Orrery.Features;

/// <summary>What the values of a feature are.</summary>
public enum LookupKind
{
    /// <summary>True or false.</summary>
    Bool,

    /// <summary>Whole numbers.</summary>
    Whole,

    /// <summary>Floating-point numbers; decimals are read as such.</summary>
    Number,

    /// <summary>Texts.</summary>
    Text,

    /// <summary>Moments, lists, bytes, JSON: what no single number or text is.</summary>
    Other,
}
