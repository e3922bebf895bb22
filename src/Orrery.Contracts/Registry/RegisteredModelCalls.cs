namespace Orrery.Contracts;

/// <summary>Body of <c>POST registered-models/create</c>.</summary>
public sealed record CreateRegisteredModel
{
    /// <summary>Unique in the workspace.</summary>
    public required string Name { get; init; }

    /// <summary>Tags to begin with.</summary>
    public IReadOnlyList<Tag> Tags { get => field ?? []; init; }

    /// <summary>Text for people.</summary>
    public string? Description { get; init; }
}

/// <summary>Body of <c>POST registered-models/rename</c>.</summary>
/// <param name="Name">The registered model.</param>
/// <param name="NewName">Its new name.</param>
public sealed record RenameRegisteredModel(string Name, string NewName);

/// <summary>Body of <c>PATCH registered-models/update</c>.</summary>
/// <param name="Name">The registered model.</param>
/// <param name="Description">Its new text.</param>
public sealed record UpdateRegisteredModel(string Name, string? Description);

/// <summary>Body of <c>DELETE registered-models/delete</c>.</summary>
/// <param name="Name">The registered model.</param>
public sealed record RegisteredModelRef(string Name);

/// <summary>Body of <c>POST registered-models/set-tag</c>.</summary>
/// <param name="Name">The registered model.</param>
/// <param name="Key">Name of the tag.</param>
/// <param name="Value">Its new value.</param>
public sealed record SetRegisteredModelTag(string Name, string Key, string Value);

/// <summary>Body of <c>DELETE registered-models/delete-tag</c>.</summary>
/// <param name="Name">The registered model.</param>
/// <param name="Key">Name of the tag.</param>
public sealed record DeleteRegisteredModelTag(string Name, string Key);

/// <summary>Body of <c>POST registered-models/alias</c>.</summary>
/// <param name="Name">The registered model.</param>
/// <param name="Alias">The alias to set or move.</param>
/// <param name="Version">The version it points at.</param>
public sealed record SetModelAlias(string Name, string Alias, string Version);

/// <summary>Body of <c>DELETE registered-models/alias</c>.</summary>
/// <param name="Name">The registered model.</param>
/// <param name="Alias">The alias to remove.</param>
public sealed record DeleteModelAlias(string Name, string Alias);

/// <summary>Body of <c>POST registered-models/get-latest-versions</c>.</summary>
public sealed record GetLatestVersions
{
    /// <summary>The registered model.</summary>
    public required string Name { get; init; }

    /// <summary>Stages wanted; all when empty.</summary>
    public IReadOnlyList<string> Stages { get => field ?? []; init; }
}

/// <summary>Answer of the calls that return one registered model.</summary>
/// <param name="RegisteredModel">The registered model.</param>
public sealed record RegisteredModelAnswer(RegisteredModel RegisteredModel);

/// <summary>Answer of <c>registered-models/search</c>.</summary>
public sealed record RegisteredModelPage
{
    /// <summary>The registered models of this page.</summary>
    public IReadOnlyList<RegisteredModel> RegisteredModels { get => field ?? []; init; }

    /// <summary>Where the next page begins; absent at the end.</summary>
    public string? NextPageToken { get; init; }
}
