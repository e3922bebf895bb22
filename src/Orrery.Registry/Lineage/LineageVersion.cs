namespace Orrery.Registry;

/// <summary>What lineage tells of a version.</summary>
internal sealed record LineageVersion(string ModelId, string Name, long Version, string? RunId, string? LoggedModelId, long CreatedAt)
{
    public static LineageVersion Of(ModelVersion version) => new(version.ModelId, version.Name, version.Version, version.RunId, version.LoggedModelId, version.CreatedAt);
}
