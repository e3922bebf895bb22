namespace Orrery.Contracts;

/// <summary>
/// Body of <c>POST /api/v1/import/registered-models</c>: makes a registered model with its own times. Idempotent by (source, name): a
/// second call adds missing tags, and brings description and times up to date unless the model was changed here since. Versions and aliases follow with <see cref="ImportModelVersion"/>.
/// </summary>
public sealed record ImportRegisteredModel
{
    /// <summary>Names the server or archive that it comes from, the same in every call.</summary>
    public required string Source { get; init; }

    /// <summary>The registered model as the source gave it; its latest versions and aliases are ignored.</summary>
    public required RegisteredModel Model { get; init; }

    /// <summary>
    /// What happens when a model of that name exists that did not come from this source: true adds to it, leaving its times,
    /// description and own tags as they are; false refuses with <see cref="ImportCodes.NameTaken"/>.
    /// </summary>
    public bool Merge { get; init; }
}

/// <summary>Answer of <c>POST /api/v1/import/registered-models</c>.</summary>
/// <param name="Name">The registered model.</param>
/// <param name="Created">False when it was here already.</param>
public sealed record ImportedRegisteredModel(string Name, bool Created);
