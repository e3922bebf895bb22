using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary>A blob that a row of a workspace names.</summary>
/// <param name="Key">In the store; begins with the workspace's name.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Sha256">64 lower-case hex digits.</param>
/// <param name="Place">Where the listing goes on after it.</param>
public sealed record WorkspaceBlob(string Key, long Size, string Sha256, string Place);

/// <summary>Answered by modules above that keep blobs: which ones belong to a workspace, so that they travel with it.</summary>
public interface IWorkspaceBlobs
{
    /// <summary>The next blobs that the module's rows name, in an order that depends on the rows alone, never on the database or the workspace's name.</summary>
    /// <param name="session">Reads.</param>
    /// <param name="workspace">Whose.</param>
    /// <param name="after">The place of the last one of the page before; empty for the first page.</param>
    /// <param name="limit">Length of the page.</param>
    ValueTask<List<WorkspaceBlob>> ListAsync(DbSession session, WorkspaceId workspace, string after, int limit);
}
