using Orrery.Registry;
using Orrery.Serving;

namespace Orrery.Delivery;

/// <summary>Stage 1: the version is there, read and unchanged, it loads, and the target can take it.</summary>
internal sealed class ValidateStage(ModelVersions versions, Packages packages, VersionScoring scoring, Targets targets, Releases releases) : IDeliveryStage
{
    public string Name => StageNames.Validate;

    public async ValueTask<StageEnd> RunAsync(StageRun run, CancellationToken cancel)
    {
        var (spec, actor) = (run.Row.Spec, run.Actor);
        if ((await versions.GetAsync(actor, spec.Model, spec.Version, cancel)).Failed(out var missing, out var version))
            return StageEnd.Failed(missing);
        if ((await packages.GetAsync(actor, spec.Model, spec.Version, cancel)).Failed(out var unread, out var package))
            return unread.Code == "registry.package_not_read" ? StageEnd.Waiting(unread.Message, TimeSpan.FromSeconds(2)) with { IsFault = true } : StageEnd.Failed(unread);
        await run.SayAsync($"Version {spec.Version} of {spec.Model} was registered by {version.CreatedBy}; its package is {package.State}, {package.Files.Count} files, SHA-256 {package.Sha256 ?? "none"}.", cancel);
        if (package.State is PackageStates.Missing or PackageStates.Refused)
            return StageEnd.Failed($"The version's package is {package.State}: {package.Problem}");
        if (run.Row.Plan.ModelSha256.Length > 0 && run.Row.Plan.ModelSha256 != (package.Sha256 ?? ""))
            return StageEnd.Failed($"The version's files are others than when the delivery began: {package.Sha256} instead of {run.Row.Plan.ModelSha256}. Begin a new delivery.");
        if ((await targets.ForAsync(actor, spec.Environment, cancel)).Failed(out var unknown, out var target))
            return StageEnd.Failed(unknown);
        if (target.Target.Problem(target.Spec) is { } problem)
            return StageEnd.Failed($"The target of {spec.Environment} ({target.Spec.Kind}) is not set right: {problem.Message}");
        if (await LoadAsync(run, package, cancel) is { } broken)
            return broken;
        if (spec.From is { } from && await FormerAsync(run, from, cancel) is { } notReady)
            return notReady;
        run.Fact("model", spec.Model);
        run.Fact("version", spec.Version);
        run.Fact("sha256", package.Sha256);
        run.Fact("target", target.Spec.Kind);
        await run.KeepAsync(row => row with { Plan = row.Plan with { ModelSha256 = package.Sha256 ?? "", VersionAt = version.CreatedAt, TargetKind = target.Spec.Kind } }, cancel);
        return StageEnd.Passed($"Version {spec.Version} of {spec.Model} is there and loads; target {target.Spec.Kind}.");
    }

    private async ValueTask<StageEnd?> LoadAsync(StageRun run, ModelPackage package, CancellationToken cancel)
    {
        if (package.State is not PackageStates.Stored)
        {
            await run.WarnAsync($"The files are {package.State} and are not loaded here.", cancel);
            return null;
        }

        if ((await scoring.HoldAsync(run.Actor, package.Name, run.Row.Spec.Version, null, cancel)).Failed(out var failure, out var held))
        {
            if (failure.Code != "serving.batch_columns")
                return StageEnd.Failed(failure);
            await run.WarnAsync("The model loads and has no signature: its columns are not known.", cancel);
            return null;
        }

        using (held)
            await run.SayAsync($"It loads by {held.Runtime} and takes {held.Inputs.Count} columns{(package.Document.Inputs is null ? "; it has no signature" : "")}.", cancel);
        return null;
    }

    private async ValueTask<StageEnd?> FormerAsync(StageRun run, string from, CancellationToken cancel)
    {
        var spec = run.Row.Spec;
        if ((await releases.GetAsync(run.Actor, from, spec.Name!, cancel)).Failed(out var missing, out var former))
            return StageEnd.Failed($"It is to be promoted from {from}: {missing.Message}");
        if (!former.Spec.Variants.Any(one => !one.Shadow && one.Weight > 0 && one.Model == spec.Model && one.Version == spec.Version))
            return StageEnd.Failed($"It is to be promoted from {from}, where {spec.Name} answers with {string.Join(", ", former.Spec.Variants.Select(static one => $"{one.Model} {one.Version}"))}. Deliver version {spec.Version} there first.");
        if (former.State is not ("ready" or "degraded"))
            return StageEnd.Failed($"It is to be promoted from {from}, where {spec.Name} is {former.State}.");
        await run.SayAsync($"It answers in {from} as {spec.Name}, revision {former.Revision}.", cancel);
        return null;
    }
}
