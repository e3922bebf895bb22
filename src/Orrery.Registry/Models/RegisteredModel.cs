using Orrery.Tracking;

namespace Orrery.Registry;

/// <summary>A model of the registry: a name under which versions are kept.</summary>
/// <param name="Id">32 hex; stays when the model is renamed.</param>
/// <param name="Name">Unique in the workspace.</param>
/// <param name="Description">What it is; null when nobody said.</param>
/// <param name="CreatedBy">Who registered it.</param>
/// <param name="CreatedAt">Unix milliseconds.</param>
/// <param name="UpdatedAt">Unix milliseconds.</param>
public sealed record RegisteredModel(string Id, string Name, string? Description, string CreatedBy, long CreatedAt, long UpdatedAt)
{
    /// <summary>Tag that makes a model a prompt when its value is <c>true</c>. Searches leave prompts out unless they ask for them.</summary>
    public const string PromptTag = "mlflow.prompt.is_prompt";

    /// <summary>By key.</summary>
    public IReadOnlyList<Pair> Tags { get; init; } = [];

    /// <summary>By alias.</summary>
    public IReadOnlyList<ModelAlias> Aliases { get; init; } = [];

    /// <summary>The highest version of each stage that has one, by version.</summary>
    public IReadOnlyList<ModelVersion> LatestVersions { get; init; } = [];

    /// <summary>It is a prompt and not a model.</summary>
    public bool IsPrompt => Tags.Any(static tag => tag.Key == PromptTag && tag.Value == "true");
}
