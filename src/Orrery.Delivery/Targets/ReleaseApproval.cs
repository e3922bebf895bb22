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
    /// <param name="settings">Of the target; null to leave places of files unlooked at.</param>
    /// <param name="firstUse">Whether a token must still be good to be used.</param>
    /// <param name="cancel">Breaks off.</param>
    public async ValueTask<ApprovalRules> RulesAsync(Actor actor, KserveSettings? settings, bool firstUse, CancellationToken cancel) => new()
    {
        Keys = [.. await trail.ListKeysAsync(cancel)],
        Now = time.GetUtcNow(),
        Workspace = actor.Workspace.Value,
        WorkspaceName = actor.WorkspaceName,
        StorageTemplate = settings?.StorageUri,
        FirstUse = firstUse,
        // What only nothing new may be brought under goes on where it is.
        EndOf = id => _records?.EndOf(actor.Workspace, id) is { } end && (firstUse || end.StopsTraffic) ? end.Reason : null,
    };

    /// <summary>Why an order may not be carried out; null when it may. <c>delivery.not_approved</c>.</summary>
    public async ValueTask<Failure?> ProblemAsync(Actor actor, ReleaseOrder order, CancellationToken cancel)
    {
        if (!IsGoverned(order.Target.Environment))
            return null;
        var used = ApprovalToken.Parse(order.Approval) is { } token && await WasUsedAsync(actor, order.Target.Environment, token, cancel);
        var problem = ApprovedManifest.TokenProblem(
            order.Approval, order.Target.Environment, order.Model, order.Version, order.ModelSha256, await RulesAsync(actor, null, firstUse: !used, cancel));
        return problem is null
            ? null
            : new(FailureKind.Denied, "delivery.not_approved", $"Version {order.Version} of {order.Model} may not get traffic of {order.Target.Environment}: {problem}.");
    }

    /// <summary>Whether a delivery has used an approval already.</summary>
    public ValueTask<bool> WasUsedAsync(Actor actor, string environment, ApprovalToken token, CancellationToken cancel) =>
        db.ReadAsync(session => ReleaseStore.WasUsedAsync(session, actor.Workspace, environment, token.Id, token.Model, token.Version), cancel);
}
