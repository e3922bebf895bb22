using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary>Answered by modules above: puts what every workspace has from its first moment into a new one.</summary>
public interface IWorkspaceSetup
{
    /// <summary>Writes in the transaction that makes the workspace.</summary>
    ValueTask SetUpAsync(DbSession session, WorkspaceId workspace, CancellationToken cancel);
}
