namespace Orrery.Contracts;

/// <summary>What people say on cards, to be written: fields that are not named stay as they are.</summary>
public sealed record CardTexts
{
    /// <summary>By path, Markdown of up to 20,000 characters; null or empty takes the text back.</summary>
    public IReadOnlyDictionary<string, string?> Fields { get => field ?? new Dictionary<string, string?>(); init; }

    /// <summary>The version that they are about; absent for all versions of the model. What is said of a version stands before what is said of all.</summary>
    public string? Version { get; init; }
}
