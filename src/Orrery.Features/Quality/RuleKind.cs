namespace Orrery.Features;

/// <summary>What a kind of rule needs beside its name.</summary>
[Flags]
internal enum RuleNeeds
{
    None = 0,
    Column = 1,

    /// <summary>Two or more columns.</summary>
    Columns = 2,

    /// <summary>A lower or an upper bound, or both.</summary>
    Bounds = 4,
    Max = 8,
    Values = 16,
    Pattern = 32,
    Quantile = 64,

    /// <summary>Exactly two columns.</summary>
    Pair = 128,
}

/// <summary>How a kind of rule looks at data.</summary>
internal enum RuleScope
{
    /// <summary>At each row by itself; <c>mostly</c> holds, failing rows can be set aside.</summary>
    Row,

    /// <summary>At each row, with other rows beside it; <c>mostly</c> holds, rows cannot be set aside.</summary>
    Rows,

    /// <summary>At one number or answer of the whole.</summary>
    Whole,
}

/// <summary>One kind of rule.</summary>
/// <param name="Name">As <c>expect</c> names it.</param>
/// <param name="Scope">How it looks.</param>
/// <param name="Needs">What must be given.</param>
/// <param name="About">For the guide and for messages.</param>
internal sealed record RuleKind(string Name, RuleScope Scope, RuleNeeds Needs, string About);
