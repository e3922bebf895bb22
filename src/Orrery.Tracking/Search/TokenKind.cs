namespace Orrery.Tracking;

/// <summary>What a <see cref="SearchToken"/> is.</summary>
internal enum TokenKind
{
    /// <summary>Words and quoted words joined by dots; keywords too.</summary>
    Identifier,

    /// <summary>A text in single quotes.</summary>
    Text,

    Number,

    /// <summary>A run of <c>&lt;&gt;=~!</c>.</summary>
    Comparator,

    Open,

    Close,

    Comma,

    Semicolon,

    /// <summary>Any other single character; none is valid anywhere.</summary>
    Other,
}
