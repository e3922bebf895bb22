using System.Text.Json.Nodes;
using Orrery.Contracts;
using Orrery.Kernel;

namespace Orrery.Delivery;

/// <summary>Brings versions to KServe by applying manifests to the cluster's API.</summary>
internal sealed class KubeTarget(KubeClients clients, ReleaseRecords records, ReleaseApproval approval, KubeState state, EndpointTrial trial, TargetOptions options) : ITarget
{
    public string Kind => TargetRow.Api;

    public Failure? Problem(TargetSpec spec) => TargetRules.Problem(Kind, TargetRow.Read(spec.Settings), options, approval.IsGoverned(spec.Environment));

    public async ValueTask<Result<BuiltRelease>> BuildAsync(Actor actor, ReleaseOrder order, CancellationToken cancel)
    {
        var settings = TargetRow.Read(order.Target.Settings);
        if (ReleaseBuild.Percent(order.Percent).Failed(out var wrong, out var percent) || (await CurrentAsync(actor, order, settings, cancel)).Failed(out wrong, out var current))
            return wrong;
        if (ReleaseBuild.Create(new(settings, order, actor.WorkspaceName, percent, current)).Failed(out wrong, out var manifest))
            return wrong;
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal) { [ManifestNames.InferenceServiceFile] = YamlText.Write(manifest) };
        return new BuiltRelease(ReleaseFiles.Hash(files), files);
    }

    public async ValueTask<Result<ReleaseState>> DeployAsync(Actor actor, ReleaseOrder order, BuiltRelease built, CancellationToken cancel)
    {
        if (ReleaseBuild.Percent(order.Percent).Failed(out var wrong, out var percent))
            return wrong;
        // What was written down and not applied, since the server ended between, is applied now.
        return await records.FindAsync(actor, order, cancel) is { State: not ReleaseRow.Written } ? await LookAsync(actor, order, cancel) : await ApplyAsync(actor, order, percent, cancel);
    }

    public async ValueTask<Result<ReleaseState>> ShiftAsync(Actor actor, ReleaseOrder order, double percent, CancellationToken cancel) =>
        ReleaseBuild.Percent(percent).Failed(out var wrong, out var whole) ? wrong : await ApplyAsync(actor, order, whole, cancel);

    public async ValueTask<Result<ReleaseState>> LookAsync(Actor actor, ReleaseOrder order, CancellationToken cancel)
    {
        if (await records.FindAsync(actor, order, cancel) is not { } row)
            return Failure.NotFound("delivery.not_deployed", $"Delivery {order.DeliveryId} has applied nothing in {order.Target.Environment}.");
        if (row.State == ReleaseRow.RolledBack)
            return new ReleaseState("failed", "It was rolled back.", row.Revision, row.Previous);
        if ((await state.LookAsync(actor, order, TargetRow.Read(order.Target.Settings), cancel)).Failed(out var failure, out var seen))
            return failure;
        // What was applied is there at once: another one in its place has replaced it.
        return seen.State == "waiting" ? seen with { State = "failed", Previous = row.Previous } : seen with { Previous = row.Previous };
    }

    public ValueTask<Result<SmokeAnswer>> SmokeAsync(Actor actor, ReleaseOrder order, CancellationToken cancel) => trial.AskAsync(actor, order, cancel);

    public async ValueTask<Result<ReleaseState>> RollbackAsync(Actor actor, ReleaseOrder order, string? revision, string reason, CancellationToken cancel)
    {
        var settings = TargetRow.Read(order.Target.Settings);
        if (await records.FindAsync(actor, order, cancel) is not { } row)
            return Failure.NotFound("delivery.not_deployed", $"Delivery {order.DeliveryId} has applied nothing in {order.Target.Environment}.");
        if (row.State == ReleaseRow.RolledBack)
            return Gone(row);
        if ((await BeforeAsync(actor, order, row, revision, cancel)).Failed(out var wrong, out var before) || (await clients.OfAsync(actor, order.Target.Environment, settings, cancel)).Failed(out wrong, out var client))
            return wrong;
        if ((await client.FindAsync(settings.Namespace, KubeNames.Of(order.Name), cancel)).Failed(out wrong, out var live))
            return wrong;
        // What another delivery has brought since is not undone by taking this one back.
        if (revision is null && live is not null && ManifestText.PercentOf(live, order.DeliveryId) is null && ReleasePlan.Annotation(live, ManifestNames.Delivery) is { } other && other != ReleasePlan.Annotation(YamlFiles.ReadOne(before), ManifestNames.Delivery))
            return Failure.Conflict("delivery.replaced", $"Delivery {other} has replaced {order.DeliveryId}; roll that one back.");
        string? resourceVersion = null;
        if (before is null)
        {
            if ((await client.DeleteAsync(settings.Namespace, KubeNames.Of(order.Name), cancel)).Failed(out wrong, out _))
                return wrong;
        }
        else
        {
            var manifest = YamlFiles.ReadOne(before)!;
            if (await UncoveredAsync(actor, order, settings, manifest, cancel) is { } refused)
                return refused;
            if ((await client.ApplyAsync(manifest, cancel)).Failed(out wrong, out var applied))
                return wrong;
            resourceVersion = (string?)applied["metadata"]?["resourceVersion"];
        }

        return (await records.ChangeAsync(actor, row, ReleaseRow.RolledBack, resourceVersion, cancel)).Failed(out wrong, out row) ? wrong : Gone(row);
    }

    private static ReleaseState Gone(ReleaseRow row) => new("ready", "It was rolled back.", row.Revision, row.Previous) { Percent = 0 };

    // A revision is a delivery here: its manifest was kept.
    private async ValueTask<Result<string?>> BeforeAsync(Actor actor, ReleaseOrder order, ReleaseRow row, string? revision, CancellationToken cancel)
    {
        if (revision is null)
            return row.Before;
        var standing = await records.StandingAsync(actor, order.Target.Environment, cancel);
        return standing.Find(one => one.Name == order.Name && (one.DeliveryId == revision || one.Revision == revision)) is { } found
            ? found.Manifest
            : Failure.NotFound("delivery.revision_not_found", $"No delivery of {order.Name} in {order.Target.Environment} has the id or the resource version '{(revision.Length > 80 ? revision[..80] : revision)}' and stands.");
    }

    private async ValueTask<Failure?> UncoveredAsync(Actor actor, ReleaseOrder order, KserveSettings settings, JsonObject manifest, CancellationToken cancel)
    {
        if (!approval.IsGoverned(order.Target.Environment))
            return null;
        var problems = ApprovedManifest.Problems(manifest, order.Target.Environment, await approval.RulesAsync(actor, settings, firstUse: false, cancel));
        return problems.Count == 0 ? null : new(FailureKind.Denied, "delivery.not_approved", "What would be gone back to is not covered by an approval: " + string.Join(" ", problems));
    }

    private async ValueTask<Result<ReleaseState>> ApplyAsync(Actor actor, ReleaseOrder order, int percent, CancellationToken cancel)
    {
        var settings = TargetRow.Read(order.Target.Settings);
        if (await records.FindAsync(actor, order, cancel) is { State: ReleaseRow.RolledBack })
            return Failure.Conflict("delivery.rolled_back", $"Delivery {order.DeliveryId} was rolled back as bad; deliver version {order.Version} of {order.Model} anew to try it again.");
        if ((await CurrentAsync(actor, order, settings, cancel)).Failed(out var failure, out var current))
            return failure;
        var plan = new ReleasePlan(settings, order, actor.WorkspaceName, percent, current);
        if (await approval.ProblemAsync(actor, order, plan.Share, cancel) is { } refused)
            return refused;
        if (ReleaseBuild.Create(plan).Failed(out failure, out var manifest) || (await clients.OfAsync(actor, order.Target.Environment, settings, cancel)).Failed(out failure, out var client))
            return failure;
        // Written down first: after a crash nobody could tell any more what was there before.
        var (text, before, previous) = (YamlText.Write(manifest), current is null ? null : YamlText.Write(current), ReleasePlan.Annotation(current, ManifestNames.Delivery));
        if (await records.FindAsync(actor, order, cancel) is null
            && (await records.WrittenAsync(actor, order, plan.Share, ReleaseRow.Written, text, before, "", previous, null, cancel)).Failed(out failure, out _))
        {
            return failure;
        }

        if ((await client.ApplyAsync(manifest, cancel)).Failed(out failure, out var applied))
            return failure;
        var kept = await records.WrittenAsync(actor, order, plan.Share, ReleaseRow.Merged, text, before, (string?)applied["metadata"]?["resourceVersion"] ?? "", previous, null, cancel);
        return kept.Failed(out failure, out _) ? failure : await LookAsync(actor, order, cancel);
    }

    // What we applied last, where the cluster still has it: what KServe filled in is not ours to say.
    private async ValueTask<Result<JsonObject?>> CurrentAsync(Actor actor, ReleaseOrder order, KserveSettings settings, CancellationToken cancel)
    {
        if ((await state.FindAsync(actor, order.Target.Environment, settings, KubeNames.Of(order.Name), cancel)).Failed(out var failure, out var live))
            return failure;
        if (live is null)
            return (JsonObject?)null;
        var standing = await records.StandingAsync(actor, order.Target.Environment, cancel);
        if (standing.Find(one => one.Name == order.Name && ManifestText.PercentOf(live, one.DeliveryId) == one.Percent)?.Manifest is { } own)
            return YamlFiles.ReadOne(own);
        var annotations = new JsonObject();
        foreach (var (key, value) in live["metadata"]?["annotations"] as JsonObject ?? [])
        {
            if (key.StartsWith("orrery.dev/", StringComparison.Ordinal) || key is ManifestNames.DeploymentMode or ManifestNames.AutoscalerClass)
                annotations[key] = value?.DeepClone();
        }

        return new JsonObject
        {
            ["apiVersion"] = live["apiVersion"]?.DeepClone(),
            ["kind"] = live["kind"]?.DeepClone(),
            ["metadata"] = new JsonObject { ["name"] = KubeNames.Of(order.Name), ["namespace"] = settings.Namespace, ["annotations"] = annotations },
            ["spec"] = live["spec"]?.DeepClone(),
        };
    }
}
