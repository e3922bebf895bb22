namespace Orrery.Contracts;

/// <summary>Something wrong with a source as it is now.</summary>
public sealed record FeatureSourceProblem
{
    /// <summary>The source.</summary>
    public required string Source { get; init; }

    /// <summary>The view whose column it is about; absent when it is about the whole source.</summary>
    public string? View { get; init; }

    /// <summary>A stable code, as <c>features.source_column_missing</c>.</summary>
    public required string Code { get; init; }

    /// <summary>What is wrong, and what would be right.</summary>
    public required string Message { get; init; }

    /// <summary>Whether it can never work as it is: apply refuses it. What may come later, such as a file, is not.</summary>
    public bool IsFatal { get; init; }
}
