using Microsoft.Extensions.Logging;
using Orrery.Kernel;
using Orrery.Serving;
using Orrery.Storage;
using Orrery.Tenancy;

namespace Orrery.Governance;

/// <summary>
/// Gives approvals of kind <c>inherited</c> to what was deployed in a governed environment before approvals were asked for, once for each environment of the installation:
/// what is deployed later needs one of its own. Broken off, it goes on where it was.
/// </summary>
internal sealed class ApprovalInheritance(
    Db db, Workspaces workspaces, DeployedVersions deployed, ServingOptions serving, ApprovalGrounds grounds, Workflows workflows, ApprovalRequests requests, TimeProvider time, ILogger<ApprovalInheritance> logger)
{
    private const string Unassessed = "high";
    private bool _isDone;

    public async ValueTask GiveAsync(CancellationToken cancel)
    {
        if (_isDone)
            return;
        foreach (var environment in serving.Governed())
            await GiveAsync(environment, cancel);
        _isDone = true;
    }

    private async ValueTask GiveAsync(string environment, CancellationToken cancel)
    {
        if (await db.ReadAsync(session => InheritanceStore.IsDoneAsync(session, environment), cancel))
            return;
        var count = 0;
        foreach (var (workspace, name) in await workspaces.ListAsync(cancel))
        {
            var there = await deployed.NowAsync(Actor.System(workspace, name), null, environment, cancel);
            foreach (var (model, version) in there.Where(static one => one.Model.Length > 0).Select(static one => (one.Model, one.Version)).Distinct())
            {
                if ((await GiveAsync(Actor.System(workspace, name), environment, model, version, cancel)).Failure is { } why)
                    Log.ApprovalNotInherited(logger, version, model, environment, why.Message);
                else
                    count++;
            }
        }

        await db.WriteAsync<Done>(async session => { await InheritanceStore.SetAsync(session, environment, time.GetUtcNow().ToUnixTimeMilliseconds()); return Done.Ok; }, cancel);
        if (count > 0)
            Log.ApprovalsInherited(logger, count, environment, ReviewPlan.InheritedDays);
    }

    private async ValueTask<Result<ApprovalRow>> GiveAsync(Actor actor, string environment, string model, string version, CancellationToken cancel)
    {
        if (await db.ReadAsync(session => ApprovalStore.OfVersionAsync(session, actor.Workspace, environment, model, version, null, 1), cancel) is [var there])
            return there;
        // Nobody has answered for its risk yet: what cannot be assessed counts as high, and stands all the same.
        var gathered = await grounds.GatherAsync(actor, model, version, environment, cancel);
        var (pinned, risk) = gathered.Failure is null ? (gathered.Value.Pinned, new ApprovalRisk(gathered.Value.Risk.Tier, gathered.Value.Risk.Score, gathered.Value.Risk.Triggers)) : (null, new ApprovalRisk(Unassessed, 0, []));
        if (pinned is null && (await grounds.PinAsync(actor, model, version, cancel)).Failed(out var gone, out pinned))
            return gone;
        if ((await workflows.ChooseAsync(actor, risk.Tier, model, environment, cancel)).Failed(out var none, out var workflow))
            return none;
        return await requests.GiveAsync(actor, requests.Inherited(actor, environment, pinned, risk, workflow), cancel);
    }
}
