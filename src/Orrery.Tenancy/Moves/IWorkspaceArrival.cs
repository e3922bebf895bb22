using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary>Answered by modules above that have something to do when a workspace has arrived from elsewhere.</summary>
public interface IWorkspaceArrival
{
    /// <summary>Runs in the transaction that shows the workspace; longer work it gives to jobs.</summary>
    ValueTask ArriveAsync(DbSession session, Actor actor);
}
