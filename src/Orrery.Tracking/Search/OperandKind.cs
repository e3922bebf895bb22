namespace Orrery.Tracking;

/// <summary>What an <see cref="Operand"/> is.</summary>
internal enum OperandKind
{
    Identifier,

    Text,

    Number,

    /// <summary>Whatever stands in parentheses.</summary>
    List,

    /// <summary>A word before parentheses, or the word NULL: nothing that a filter can use.</summary>
    Other,
}
