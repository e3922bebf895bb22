namespace Orrery.Contracts;

/// <summary>What an expression says: it holds, it does not, or it cannot be told because a fact is missing or of another kind.</summary>
public enum PolicyTruth
{
    /// <summary>It does not hold.</summary>
    False,

    /// <summary>It cannot be told.</summary>
    Unknown,

    /// <summary>It holds.</summary>
    True,
}

/// <summary>Why a text is no expression.</summary>
/// <param name="Position">Of the first character that is wrong, from 0.</param>
/// <param name="Message">What was wrong, and what would be right.</param>
public sealed record PolicyError(int Position, string Message);
