namespace Orrery.Governance;

/// <summary>How a node compares a column with its value.</summary>
internal enum TreeDecision
{
    LessOrEqual,
    Less,
    GreaterOrEqual,
    Greater,
    Equal,
    NotEqual,
}
