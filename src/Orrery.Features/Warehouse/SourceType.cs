namespace Orrery.Features;

/// <summary>What a column of a source holds, as far as conversions tell types apart.</summary>
internal enum SourceType
{
    Bool,

    /// <summary>Whole numbers of at most 64 bits.</summary>
    Whole,

    /// <summary>Floating point.</summary>
    Number,

    /// <summary>Decimal numbers, and whole ones of more than 64 bits.</summary>
    Decimal,
    Text,
    Bytes,

    /// <summary>A time without zone: UTC.</summary>
    Time,

    /// <summary>A moment.</summary>
    Zoned,
    Date,

    /// <summary>Microseconds since 1970 UTC, as our own tables keep times.</summary>
    Micros,
    Uuid,
    Json,
    List,
    Struct,

    /// <summary>What no feature can be made of.</summary>
    Other,
}
