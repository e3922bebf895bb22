using System.Text.Json.Nodes;
using Orrery.Audit;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Serving;
using Orrery.Storage;

namespace Orrery.Delivery;

/// <summary>Whether a version may be brought to a governed environment: looked at again before anything is written, and when others have written.</summary>
internal sealed class ReleaseApproval(Db db, AuditTrail trail, ServingOptions serving, IEnumerable<IApprovalRecords> records, TimeProvider time)
{
    private readonly IApprovalRecords? _records = records.FirstOrDefault();

    public bool IsGoverned(string environment) => serving.IsGoverned(environment);

    /// <summary>What the tokens of a workspace are held against.</summary>
    /// <param name="actor">In which workspace.</param>
    /// <param name="settings">Of the target; null to leave places of files and runtimes unlooked at.</param>
    /// <param name="firstUse">Whether a token must still be good to be used.</param>
    /// <param name="cancel">Breaks off.</param>
    public async ValueTask<ApprovalRules> RulesAsync(Actor actor, KserveSettings? settings, bool firstUse, CancellationToken cancel) => new()
    {
        Keys = [.. await trail.ListKeysAsync(cancel)],
        Now = time.GetUtcNow(),
        Workspace = actor.Workspace.Value,
        WorkspaceName = actor.WorkspaceName,
        StorageTemplate = settings?.StorageUri,
        Settings = settings,
        FirstUse = firstUse,
        // What only nothing new may be brought under goes on where it is.
        EndOf = (id, first) => _records?.EndOf(actor.Workspace, id) is { } end && (first || end.StopsTraffic) ? end.Reason : null,
    };

    /// <summary>What the tokens in a manifest are held against: each stays good for the share that a delivery has given it in that deployment, and for no more.</summary>
    public async ValueTask<ApprovalRules> RulesAsync(Actor actor, string environment, KserveSettings? settings, JsonObject? manifest, CancellationToken cancel)
    {
        var name = (string?)manifest?["metadata"]?["name"] ?? "";
        var ids = ((string[])[ManifestNames.Approval, ManifestNames.OfCanary(ManifestNames.Approval)]).Select(annotation => ApprovalToken.Parse(ReleasePlan.Annotation(manifest, annotation))?.Id ?? "").ToList();
        var uses = await db.ReadAsync(session => ReleaseStore.UsesAsync(session, actor.Workspace, environment, ids[0], ids[1]), cancel);
        return await RulesAsync(actor, settings, firstUse: true, cancel) with { WasUsed = (token, percent) => uses.Exists(use => KubeNames.Of(use.Name) == name && use.Covers(token, percent)) };
    }

    /// <summary>Why an order may not be carried out; null when it may. <c>delivery.not_approved</c>.</summary>
    /// <param name="actor">In which workspace.</param>
    /// <param name="order">The order.</param>
    /// <param name="percent">Share of the traffic that its version is to get.</param>
    /// <param name="cancel">Breaks off.</param>
    public async ValueTask<Failure?> ProblemAsync(Actor actor, ReleaseOrder order, int percent, CancellationToken cancel)
    {
        if (!IsGoverned(order.Target.Environment))
            return null;
        var id = ApprovalToken.Parse(order.Approval)?.Id ?? "";
        var uses = await db.ReadAsync(session => ReleaseStore.UsesAsync(session, actor.Workspace, order.Target.Environment, id, id), cancel);
        var rules = await RulesAsync(actor, null, firstUse: true, cancel) with { WasUsed = (token, share) => uses.Exists(use => use.Name == order.Name && use.Covers(token, share)) };
        var problem = ApprovedManifest.TokenProblem(order.Approval, order.Target.Environment, order.Model, order.Version, order.ModelSha256, rules, percent);
        return problem is null
            ? null
            : new(FailureKind.Denied, "delivery.not_approved", $"Version {order.Version} of {order.Model} may not get {percent} percent of {order.Name} in {order.Target.Environment}: {problem}.");
    }
}
