using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Serving;
using Orrery.Storage;

namespace Orrery.Delivery;

/// <summary>Brings versions to this installation's own deployments. Each revision's note ends in the delivery's id, by which a step that is repeated finds what it did.</summary>
internal sealed class LocalTarget(Releases releases, DeployedAnswers answers, SampleRequests samples, Db db) : ITarget
{
    /// <summary>Its kind.</summary>
    public const string Name = "local";

    private const int Tries = 5;
    private const int Looked = 100;
    private const string Document = "deployment.json";

    public string Kind => Name;

    public Failure? Problem(TargetSpec spec) => spec.Settings.Trim() is "{}" or ""
        ? null
        : Failure.Invalid("delivery.invalid_target", "A local target has no settings: its deployments are set by deliveries.");

    public async ValueTask<Result<BuiltRelease>> BuildAsync(Actor actor, ReleaseOrder order, CancellationToken cancel)
    {
        if ((await NowAsync(actor, order, cancel)).Failed(out var wrong, out var now))
            return wrong;
        var text = JsonSerializer.Serialize(Next(now.Deployment, order, await AskedAsync(actor, order, cancel), order.Percent) with { Note = null }, OrreryJson.TypeOf<DeploymentSpec>());
        return new BuiltRelease(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))), new Dictionary<string, string> { [Document] = text });
    }

    public async ValueTask<Result<ReleaseState>> DeployAsync(Actor actor, ReleaseOrder order, BuiltRelease built, CancellationToken cancel)
    {
        if ((await OwnAsync(actor, order, cancel)).Failed(out var wrong, out var own))
            return wrong;
        return own.Count > 0 ? await LookAsync(actor, order, cancel) : await PutAsync(actor, order, order.Percent, cancel);
    }

    public async ValueTask<Result<ReleaseState>> LookAsync(Actor actor, ReleaseOrder order, CancellationToken cancel)
    {
        if ((await NowAsync(actor, order, cancel)).Failed(out var wrong, out var now))
            return wrong;
        if (now.Deployment is not { } deployment)
            return new ReleaseState("failed", $"Deployment {order.Name} was removed from {order.Target.Environment} meanwhile.", null, null);
        if ((await OwnAsync(actor, order, cancel)).Failed(out wrong, out var own))
            return wrong;
        if (LocalTraffic.Percent(deployment.Spec, order.Model, order.Version) <= 0)
            return new ReleaseState("failed", $"{deployment.CreatedBy} changed deployment {order.Name} meanwhile: revision {deployment.Revision} has no traffic for version {order.Version}.", null, null);
        if (own.Count == 0)
            return State(order, deployment, deployment.Revision);
        return (await BeforeAsync(actor, order, own.Min(static one => one.Revision), cancel)).Failed(out wrong, out var before) ? wrong : State(order, deployment, before?.Revision);
    }

    public async ValueTask<Result<SmokeAnswer>> SmokeAsync(Actor actor, ReleaseOrder order, CancellationToken cancel)
    {
        var sample = await samples.OfAsync(actor, order.Model, order.Version, cancel);
        var asked = await answers.AskAsync(actor, order.Target.Environment, order.Name, order.Model, order.Version, sample.Request, cancel);
        if (!asked.Failed(out var failure, out var told))
            return new SmokeAnswer(true, told.Elapsed.TotalMilliseconds, $"It answered {sample.Origin} with {told.Answer.Length} bytes.");
        if (failure.Kind is FailureKind.Unavailable)
            return failure;
        return failure.Kind is FailureKind.Invalid && sample.IsSynthetic
            ? new SmokeAnswer(true, 0, $"It is there and refuses {sample.Origin}: {failure.Message} Give requests in delivery.yaml for a better test.")
            : new SmokeAnswer(false, 0, $"It did not answer {sample.Origin}: {failure.Message}");
    }

    public ValueTask<Result<ReleaseState>> ShiftAsync(Actor actor, ReleaseOrder order, double percent, CancellationToken cancel) => PutAsync(actor, order, percent, cancel);

    public async ValueTask<Result<ReleaseState>> RollbackAsync(Actor actor, ReleaseOrder order, string? revision, string reason, CancellationToken cancel)
    {
        if ((await NowAsync(actor, order, cancel)).Failed(out var wrong, out var now))
            return wrong;
        if (now.Deployment is not { } deployment)
            return new ReleaseState("ready", "There is no such deployment any more.", null, null);
        if (deployment.Spec.Note == BackNote(order, reason))
            return State(order, deployment, deployment.Revision) with { Percent = LocalTraffic.Percent(deployment.Spec, order.Model, order.Version) };
        if (revision is null)
        {
            if ((await OwnAsync(actor, order, cancel)).Failed(out wrong, out var own))
                return wrong;
            if (own.Count == 0)
                return new ReleaseState("ready", "It has changed nothing there.", now.Deployment.Revision.ToString(CultureInfo.InvariantCulture), null);
            if (!own.Any(one => one.Revision == deployment.Revision))
                return Failure.Conflict("delivery.changed_since", $"Deployment {order.Name} was changed again since, and is at revision {deployment.Revision}; go back by 'mlops rollback {order.Name} --revision N'.");
            if ((await BeforeAsync(actor, order, own.Min(static one => one.Revision), cancel)).Failed(out wrong, out var before))
                return wrong;
            if (before is null)
                return (await releases.RemoveAsync(actor, order.Target.Environment, order.Name, cancel)).Failure is { } kept ? kept : new ReleaseState("ready", "Nothing answered before; the deployment was removed.", null, null);
            revision = before.Revision.ToString(CultureInfo.InvariantCulture);
        }

        if (!long.TryParse(revision, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return Failure.Invalid("delivery.invalid_revision", $"'{revision}' is no revision of a deployment; revisions are whole numbers.");
        var back = await releases.RollbackAsync(actor, order.Target.Environment, order.Name, number, BackNote(order, reason), cancel);
        return back.Failed(out var refused, out var made) ? refused : State(order, made, made.Revision);
    }

    private static string BackNote(ReleaseOrder order, string reason) => $"Taken back: {(reason.Length > 500 ? reason[..500] : reason)} {BackMarkOf(order.DeliveryId)}";

    /// <summary>How the notes of the revisions end that a delivery made.</summary>
    public static string MarkOf(string delivery) => $"[delivery {delivery}]";

    /// <summary>How the note of the revision ends by which a delivery was taken back.</summary>
    public static string BackMarkOf(string delivery) => $"[rollback {delivery}]";

    private static string Mark(ReleaseOrder order) => MarkOf(order.DeliveryId);

    private async ValueTask<Result<ReleaseState>> PutAsync(Actor actor, ReleaseOrder order, double percent, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            if ((await NowAsync(actor, order, cancel)).Failed(out var wrong, out var now))
                return wrong;
            var next = Next(now.Deployment, order, await AskedAsync(actor, order, cancel), percent);
            var put = await releases.PutAsync(actor, order.Target.Environment, order.Name, next, now.Deployment?.Revision ?? 0, cancel);
            if (put.Failed(out var refused, out var made))
            {
                if (refused.Code == "serving.revision_conflict" && attempt < Tries)
                    continue;
                return refused;
            }

            return State(order, made, now.Deployment?.Revision);
        }
    }

    private static DeploymentSpec Next(Deployment? now, ReleaseOrder order, VariantSpec? asked, double percent)
    {
        var variant = LocalTraffic.Variant(now?.Spec, order, asked);
        var note = order.Justification is { Length: > 0 } why ? (why.Length > 500 ? why[..500] : why) : "Delivered";
        var isAlone = now?.Spec.Variants.All(one => one.Shadow || (one.Model == order.Model && one.Version == order.Version)) ?? true;
        return (percent >= 100 || isAlone ? LocalTraffic.ToStable(now?.Spec, variant) : LocalTraffic.ToCanary(now!.Spec, variant, percent)) with { Note = $"{note} {Mark(order)}" };
    }

    private static ReleaseState State(ReleaseOrder order, Deployment deployment, long? previous)
    {
        var percent = LocalTraffic.Percent(deployment.Spec, order.Model, order.Version);
        var failed = deployment.Nodes.FirstOrDefault(node => node.Revision == deployment.Revision && node.State == "failed");
        var (state, reason) = deployment.State switch
        {
            "failed" => ("failed", $"Revision {deployment.Revision} failed on {failed?.Node}: {failed?.Reason}"),
            "ready" or "degraded" => ("ready", deployment.State == "degraded" ? deployment.Nodes.Select(static node => node.Reason).FirstOrDefault(static one => one is not null) : null),
            _ => ("rolling_out", $"Revision {deployment.Revision} is loaded on {(deployment.Nodes.Count == 0 ? "no server yet" : $"{deployment.Nodes.Count} servers")}."),
        };
        return new ReleaseState(state, reason, deployment.Revision.ToString(CultureInfo.InvariantCulture), previous?.ToString(CultureInfo.InvariantCulture)) { Percent = percent };
    }

    private async ValueTask<VariantSpec?> AskedAsync(Actor actor, ReleaseOrder order, CancellationToken cancel) =>
        (await db.ReadAsync(session => DeliveryStore.FindAsync(session, actor.Workspace, order.DeliveryId), cancel))?.Spec.Variant;

    private async ValueTask<Result<(Deployment? Deployment, bool)>> NowAsync(Actor actor, ReleaseOrder order, CancellationToken cancel) =>
        (await releases.GetAsync(actor, order.Target.Environment, order.Name, cancel)).Failed(out var failure, out var found)
            ? failure.Code == "serving.deployment_not_found" ? ((Deployment?)null, false) : failure
            : (found, true);

    // Revisions that this delivery made, the newest first.
    private async ValueTask<Result<IReadOnlyList<Deployment>>> OwnAsync(Actor actor, ReleaseOrder order, CancellationToken cancel)
    {
        if ((await releases.RevisionsAsync(actor, order.Target.Environment, order.Name, Looked, null, cancel)).Failed(out var failure, out var page))
            return failure.Code == "serving.deployment_not_found" ? Array.Empty<Deployment>() : failure;
        return page.Revisions.Where(one => one.Spec.Note?.EndsWith(Mark(order), StringComparison.Ordinal) == true).ToList();
    }

    private async ValueTask<Result<Deployment?>> BeforeAsync(Actor actor, ReleaseOrder order, long revision, CancellationToken cancel)
    {
        if ((await releases.RevisionsAsync(actor, order.Target.Environment, order.Name, Looked, null, cancel)).Failed(out var failure, out var page))
            return failure;
        return page.Revisions.FirstOrDefault(one => one.Revision < revision);
    }
}
