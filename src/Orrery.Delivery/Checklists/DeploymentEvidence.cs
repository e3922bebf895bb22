using System.Globalization;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Serving;
using Orrery.Storage;

namespace Orrery.Delivery;

/// <summary>What deliveries and deployments tell of a migration's later steps, on this server and on targets elsewhere.</summary>
internal sealed class DeploymentEvidence(Db db, DeployedVersions deployed, TimeProvider time)
{
    private const int Newest = 200;
    private const double All = 1 - 1e-9;

    /// <summary>The version answers in another environment than the one that takes over.</summary>
    public async ValueTask<StepFinding> StagingAsync(Actor actor, MigrationRow row, CancellationToken cancel)
    {
        var evidence = Evidence(await FindAsync(actor, row, environment => environment != row.Environment, cancel));
        return new(evidence, evidence.Count > 0 ? null : $"Version {row.Version} answers in no environment but {row.Environment}. Deliver it: mlops deploy --model {row.Model} --version {row.Version} --environment staging");
    }

    /// <summary>The version has a share of the traffic where it takes over.</summary>
    public async ValueTask<StepFinding> CanaryAsync(Actor actor, MigrationRow row, CancellationToken cancel)
    {
        var evidence = Evidence(await FindAsync(actor, row, environment => environment == row.Environment, cancel));
        return new(evidence, evidence.Count > 0 ? null : Absent(row));
    }

    /// <summary>It has had one for a week.</summary>
    public async ValueTask<StepFinding> MonitorAsync(Actor actor, MigrationRow row, IReadOnlyList<MigrationStepRow> steps, CancellationToken cancel)
    {
        var found = await FindAsync(actor, row, environment => environment == row.Environment, cancel);
        if (found.Count == 0)
            return StepFinding.Without(Absent(row));
        // A deployment changes with each step of a canary; when the canary was seen first counts.
        var since = found.Min(static one => one.Since);
        if (steps.FirstOrDefault(static one => one is { Number: MigrationSteps.Canary, State: MigrationSteps.Done }) is { } canary && canary.ChangedAt < since)
            since = canary.ChangedAt;
        var (from, until) = (DateTimeOffset.FromUnixTimeMilliseconds(since), DateTimeOffset.FromUnixTimeMilliseconds(since) + MigrationSteps.Watched);
        return new(
            [.. Evidence(found), new("deployment", string.Create(CultureInfo.InvariantCulture, $"It has answered in {row.Environment} since {from:u}"), null)],
            time.GetUtcNow() >= until ? null : string.Create(CultureInfo.InvariantCulture, $"It has answered in {row.Environment} since {from:u}; it is watched for {MigrationSteps.Watched.TotalDays:0} days, until {until:u}."));
    }

    /// <summary>It has all the traffic, and all other steps have ended.</summary>
    public async ValueTask<StepFinding> CutoverAsync(Actor actor, MigrationRow row, IReadOnlyList<MigrationStepRow> steps, CancellationToken cancel)
    {
        var open = MigrationSteps.All.Where(step => step.Number != MigrationSteps.Cutover && !steps.Any(one => one.Number == step.Number && MigrationSteps.Ends(one.State))).Select(static step => step.Number).ToList();
        var whole = (await FindAsync(actor, row, environment => environment == row.Environment, cancel)).Where(static one => one.Share >= All).ToList();
        return new(
            Evidence(whole),
            open.Count > 0 ? $"Steps {string.Join(", ", open)} are open."
            : whole.Count == 0 ? $"Version {row.Version} has not all of the traffic of a deployment in {row.Environment}."
            : null);
    }

    private static string Absent(MigrationRow row) =>
        $"Version {row.Version} has no share of the traffic in {row.Environment}. Deliver it: mlops deploy --model {row.Model} --version {row.Version} --environment {row.Environment}";

    private static List<MigrationEvidence> Evidence(IEnumerable<Answering> found) => [.. found.Select(static one => one.Evidence)];

    private async ValueTask<List<Answering>> FindAsync(Actor actor, MigrationRow row, Func<string, bool> isWanted, CancellationToken cancel)
    {
        var found = (await deployed.NowAsync(actor, row.Model, null, cancel))
            .Where(one => isWanted(one.Environment) && one.Version == row.Version && one is { Shadow: false, Share: > 0, IsReady: true, HasFailed: false })
            .Select(static one => new Answering(one.Environment, one.Deployment, one.Share, one.Since.ToUnixTimeMilliseconds(), new(
                "deployment",
                string.Create(CultureInfo.InvariantCulture, $"{one.Environment}/{one.Deployment}, revision {one.Revision}, {one.Share * 100:0.##} %"),
                $"/api/v1/deployments/{one.Environment}/{Uri.EscapeDataString(one.Deployment)}"))).ToList();
        var deliveries = await db.ReadAsync(session => DeliveryStore.ListAsync(session, actor.Workspace, new(row.Model, row.Version, null, null, null), "~", Newest), cancel);
        foreach (var delivery in deliveries.Where(one => isWanted(one.Environment)).GroupBy(static one => (one.Environment, one.Name)).Select(static place => place.First()))
        {
            if (delivery is { DeployedAt: { } at, RolledBackAt: null, State: DeliveryStates.Succeeded or DeliveryStates.Running or DeliveryStates.Waiting }
                && await StandsAsync(actor, delivery, found, cancel))
            {
                found.Add(new(delivery.Environment, delivery.Name, Share(delivery), at, new(
                    "delivery", $"Delivery {delivery.Id} to {delivery.Environment} ({delivery.Plan.TargetKind ?? "local"}) is {delivery.State.Replace('_', ' ')}", $"/api/v1/deliveries/{delivery.Id}")));
            }
        }

        return found;
    }

    // What this server's own deployments give the version they tell themselves.
    private static double Share(DeliveryRow delivery) =>
        delivery.Plan.TargetKind is null or "local" ? 0 : delivery.State == DeliveryStates.Succeeded ? 1 : (delivery.Plan.Percent ?? 0) / 100;

    // Of this server's own deployments a delivery tells only since when; elsewhere it stands until another version is delivered there.
    private async ValueTask<bool> StandsAsync(Actor actor, DeliveryRow delivery, List<Answering> seen, CancellationToken cancel)
    {
        if (delivery.Plan.TargetKind is null or "local")
            return seen.Any(one => one.Environment == delivery.Environment && one.Deployment == delivery.Name);
        var there = await db.ReadAsync(session => DeliveryStore.ListAsync(session, actor.Workspace, new(null, null, delivery.Environment, delivery.Name, null), "~", Newest), cancel);
        return !there.Any(one => string.CompareOrdinal(one.Id, delivery.Id) > 0 && one is { State: DeliveryStates.Succeeded, RolledBackAt: null } && (one.Spec.Model, one.Spec.Version) != (delivery.Spec.Model, delivery.Spec.Version));
    }

    private sealed record Answering(string Environment, string Deployment, double Share, long Since, MigrationEvidence Evidence);
}
