using Orrery.Kernel;
using Orrery.Storage;
using Orrery.Tracking;

namespace Orrery.Registry;

/// <summary>Keeps garbage collection from runs and logged models that a version was made of, or whose files it has.</summary>
internal sealed class VersionReferences : IArtifactReferences
{
    public async ValueTask<IReadOnlyCollection<string>> NeededAsync(DbSession session, WorkspaceId workspace, IReadOnlySet<string> candidates)
    {
        var needed = await VersionReferenceStore.NamedAsync(session, workspace, candidates);
        foreach (var uri in await VersionReferenceStore.ElsewhereAsync(session, workspace))
            needed.UnionWith(Segments(uri).Where(candidates.Contains));
        return needed;
    }

    /// <summary>Until the transaction ends, garbage collection waits with what a version needs.</summary>
    public static ValueTask HoldAsync(DbSession session, WorkspaceId workspace, ModelVersion version) => ArtifactOwners.HoldAsync(
        session, workspace, new[] { version.RunId, version.LoggedModelId }.OfType<string>().Concat(Segments(version.StorageUri)).ToHashSet());

    /// <summary>
    /// The version's own run or logged model, when its files can only be below that: the one segment of their URI that is such an
    /// id. What a client says its run is may be anything. Null when there is doubt.
    /// </summary>
    public static string? Below(ModelVersion version)
    {
        var ids = Segments(version.StorageUri).Where(IsId).Distinct().ToList();
        return ids is [var only] && (only == version.RunId || only == version.LoggedModelId) ? only : null;
    }

    private static bool IsId(string segment)
    {
        var hex = segment.StartsWith("m-", StringComparison.Ordinal) ? segment[2..] : segment;
        return hex.Length == 32 && hex.All(char.IsAsciiHexDigitLower);
    }

    private static string[] Segments(string uri) => uri.Split('/', StringSplitOptions.RemoveEmptyEntries);
}
