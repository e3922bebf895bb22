using Orrery.Kernel;
using Orrery.Storage;
using Orrery.Tenancy;

namespace Orrery.Tracking;

/// <summary>Whatever number an archive says is next, none is given twice.</summary>
internal sealed class CounterArrival : IWorkspaceArrival
{
    public ValueTask ArriveAsync(DbSession session, Actor actor) => ExperimentStore.RaiseCounterAsync(session, actor.Workspace);
}
