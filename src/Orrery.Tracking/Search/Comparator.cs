namespace Orrery.Tracking;

/// <summary>How a comparison compares.</summary>
public enum Comparator
{
    /// <summary><c>=</c></summary>
    Equal,

    /// <summary><c>!=</c>, also written <c>&lt;&gt;</c>.</summary>
    NotEqual,

    /// <summary><c>&gt;</c></summary>
    Greater,

    /// <summary><c>&gt;=</c></summary>
    GreaterOrEqual,

    /// <summary><c>&lt;</c></summary>
    Less,

    /// <summary><c>&lt;=</c></summary>
    LessOrEqual,

    /// <summary><c>LIKE</c>: case-sensitive, <c>%</c> any text, <c>_</c> any one character, no escape.</summary>
    Like,

    /// <summary><c>ILIKE</c>: as <see cref="Like"/>, case-insensitive.</summary>
    ILike,

    /// <summary><c>IN</c> a list of texts.</summary>
    In,

    /// <summary><c>NOT IN</c> a list of texts.</summary>
    NotIn,
}
