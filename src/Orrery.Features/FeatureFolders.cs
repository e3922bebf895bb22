using System.Globalization;
using Orrery.Kernel;

namespace Orrery.Features;

/// <summary>Where the feature store keeps its own files: all below <c>features/</c> of the data folder.</summary>
/// <param name="root">That folder.</param>
internal sealed class FeatureFolders(string root)
{
    /// <summary>Of the online store in process: its log and snapshots.</summary>
    public string Online => Path.Combine(root, "online");

    /// <summary>Local copies of a workspace's source files, named by their hash; may be deleted while the server is down.</summary>
    public string Cache(WorkspaceId workspace) => Path.Combine(OfWorkspace(workspace), "cache");

    /// <summary>What DuckDB spills; emptied at start.</summary>
    public string Temporary(WorkspaceId workspace) => Path.Combine(OfWorkspace(workspace), "tmp");

    private string OfWorkspace(WorkspaceId workspace) => Path.Combine(root, workspace.Value.ToString(CultureInfo.InvariantCulture));
}
