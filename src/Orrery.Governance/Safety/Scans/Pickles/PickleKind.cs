namespace Orrery.Governance;

/// <summary>What is known of a value on a pickle's stack.</summary>
internal enum PickleKind
{
    /// <summary>Nothing that matters.</summary>
    Other,

    /// <summary>A short text.</summary>
    Text,

    /// <summary>A whole number.</summary>
    Number,

    /// <summary>A tuple.</summary>
    Tuple,

    /// <summary>A dictionary.</summary>
    Dict,

    /// <summary>Something imported.</summary>
    Global,

    /// <summary>What a call gave.</summary>
    Call,
}
