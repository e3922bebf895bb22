using Orrery.Contracts;

namespace Orrery.Features;

/// <summary>One version of one object of a project, as it is stored.</summary>
/// <param name="Kind">What it defines.</param>
/// <param name="Name">Unique among its kind in the project.</param>
/// <param name="Version">From 1; a removal counts too.</param>
/// <param name="ObjectId">The same for all its versions, a version-7 GUID with dashes.</param>
/// <param name="StorageVersion">Of views: the version whose stored values it reads; else the version.</param>
/// <param name="Revision">Of the project, when it was applied.</param>
/// <param name="Document">The record of Orrery.Contracts that defines it; null when this version says that it is gone.</param>
internal sealed record DefinitionVersion(
    DefinitionKind Kind, string Name, int Version, string ObjectId, int StorageVersion, long Revision, object? Document)
{
    /// <summary>True when this version says that it is gone.</summary>
    public bool IsRemoved => Document is null;

    /// <summary>Of services: the version of each projection's view, in their order; 0 for what is not made out yet.</summary>
    public IReadOnlyList<int> Pins { get; init; } = [];

    /// <summary>Where it stands in the document that is being compiled, as <c>feature_views[2]</c>; a place in the history otherwise.</summary>
    public string Path { get; init; } = "";

    public EntityDocument Entity => (EntityDocument)Document!;

    public SourceDocument Source => (SourceDocument)Document!;

    public FeatureViewDocument View => (FeatureViewDocument)Document!;

    public OnDemandViewDocument OnDemand => (OnDemandViewDocument)Document!;

    public FeatureServiceDocument Service => (FeatureServiceDocument)Document!;
}
