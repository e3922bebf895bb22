using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tracking;

/// <summary>
/// Answered by modules above: what of Tracking's they still need. Garbage collection asks each of them and removes nothing that
/// one of them names. A deleted run may be restored, so what it names need not be active.
/// </summary>
public interface IArtifactReferences
{
    /// <summary>
    /// Those of the candidates that are needed: because a registered version or the like names the run or the logged model, or
    /// names files that lie below its artifact root. Asked inside the transaction that removes the others.
    /// </summary>
    /// <param name="session">That transaction.</param>
    /// <param name="workspace">Of the candidates.</param>
    /// <param name="candidates">Run ids (32 hex) and logged model ids (<c>m-</c> and 32 hex); some hundreds. An artifact root has its owner's id as a segment of its path.</param>
    public ValueTask<IReadOnlyCollection<string>> NeededAsync(DbSession session, WorkspaceId workspace, IReadOnlySet<string> candidates);
}
