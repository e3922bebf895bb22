using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Registry;

namespace Orrery.Serving;

/// <summary>How a version is loaded: by which runtime, from which files.</summary>
/// <param name="Runtime">Of <see cref="Runtimes"/>.</param>
/// <param name="Workspace">Whose it is.</param>
/// <param name="Model">Registered model.</param>
/// <param name="Version">Its number.</param>
/// <param name="Sha256">Of the package: the same files, the same model.</param>
/// <param name="Folder">Of its files in the blob store.</param>
/// <param name="Files">Of the package.</param>
/// <param name="Entry">Path in the package of what the runtime opens: a file, or the MLmodel.</param>
/// <param name="Document">What the package says of itself.</param>
internal sealed record ModelRecipe(
    string Runtime, WorkspaceId Workspace, string Model, long Version, string Sha256, string Folder, IReadOnlyList<PackageFile> Files, string Entry,
    PackageDocument Document)
{
    /// <summary>Endpoint that answers for it; null for one that is run here.</summary>
    public RemoteSpec? Remote { get; init; }

    /// <summary>Bytes of all files.</summary>
    public long Size => Files.Sum(static file => file.Size);
}
