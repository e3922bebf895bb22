namespace Orrery.Tracking;

/// <summary>The type that a field's values have.</summary>
internal enum FieldType
{
    /// <summary>Text, compared as text.</summary>
    Text,

    /// <summary>A double.</summary>
    Number,

    /// <summary>A whole number of 64 bits.</summary>
    Whole,
}
