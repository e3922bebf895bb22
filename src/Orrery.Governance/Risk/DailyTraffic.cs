using Orrery.Kernel;
using Orrery.Serving;

namespace Orrery.Governance;

/// <summary>What a model is asked in a day, on all servers: as they wrote it down, or as the prediction log tells it, whichever has seen more.</summary>
internal sealed class DailyTraffic(DeployedVersions deployed, IEnumerable<ITrafficHistory> histories)
{
    /// <summary>Of a model in an environment.</summary>
    public async ValueTask<DeployedTraffic> OfAsync(Actor actor, string model, string environment, CancellationToken cancel)
    {
        var logged = await deployed.LoggedAsync(actor, model, environment, cancel);
        var requests = logged.Requests;
        foreach (var history in histories)
            requests = Math.Max(requests, await history.BusiestDayAsync(actor, model, environment, cancel));
        return logged with { Requests = requests };
    }
}
