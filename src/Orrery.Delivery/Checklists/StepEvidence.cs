using System.Globalization;
using Orrery.Contracts;
using Orrery.Governance;
using Orrery.Kernel;
using Orrery.Registry;
using Orrery.Serving;
using Orrery.Storage;
using ModelVersion = Orrery.Registry.ModelVersion;

namespace Orrery.Delivery;

/// <summary>What the platform itself sees of a migration's steps.</summary>
internal sealed class StepEvidence(
    Db db, ModelVersions versions, Packages packages, VersionGates gates, RiskAssessments risks, Approvals approvals, DeploymentEvidence deployments, ServingOptions serving)
{
    /// <summary>What bears a step out, and what is missing.</summary>
    /// <param name="actor">Who looks.</param>
    /// <param name="row">The migration.</param>
    /// <param name="steps">What was set of its steps.</param>
    /// <param name="number">The step.</param>
    /// <param name="cancel">Stops looking.</param>
    public async ValueTask<StepFinding> OfAsync(Actor actor, MigrationRow row, IReadOnlyList<MigrationStepRow> steps, int number, CancellationToken cancel)
    {
        if (number == MigrationSteps.Inventory)
            return Inventory(row.Asked);
        if (row.Version is not { } named)
            return StepFinding.Without("No version is named yet; name it with step 2.");
        if ((await versions.GetAsync(actor, row.Model, named, cancel)).Failed(out var missing, out var version))
            return StepFinding.Without(missing.Message);
        return number switch
        {
            MigrationSteps.Register => await RegisteredAsync(actor, row, named, cancel),
            MigrationSteps.Features => await FeaturesAsync(actor, row, named, cancel),
            MigrationSteps.Evaluate => await EvaluatedAsync(actor, row, version, cancel),
            MigrationSteps.Approve => await ApprovedAsync(actor, row, named, cancel),
            MigrationSteps.Staging => await deployments.StagingAsync(actor, row, cancel),
            MigrationSteps.Compare => await ComparedAsync(actor, row, named, cancel),
            MigrationSteps.Canary => await deployments.CanaryAsync(actor, row, cancel),
            MigrationSteps.Monitor => await deployments.MonitorAsync(actor, row, steps, cancel),
            _ => await deployments.CutoverAsync(actor, row, steps, cancel),
        };
    }

    private static StepFinding Inventory(StartModelMigration asked)
    {
        List<string> missing = [];
        if (string.IsNullOrWhiteSpace(asked.Owner))
            missing.Add("owner");
        if (asked.RequestsPerDay is null)
            missing.Add("requests_per_day");
        if (string.IsNullOrWhiteSpace(asked.Slo))
            missing.Add("slo");
        return new(
            [new("endpoint", string.Create(CultureInfo.InvariantCulture, $"{asked.Endpoint.Url}, owner {asked.Owner ?? "unknown"}, {asked.RequestsPerDay ?? 0} requests a day, {asked.Slo ?? "no service level"}"), null)],
            missing.Count == 0 ? null : $"The inventory does not tell {string.Join(", ", missing)}.");
    }

    private async ValueTask<StepFinding> RegisteredAsync(Actor actor, MigrationRow row, string version, CancellationToken cancel)
    {
        var link = $"/api/v1/models/{Uri.EscapeDataString(row.Model)}/versions/{version}/package";
        if ((await packages.GetAsync(actor, row.Model, version, cancel)).Failed(out var missing, out var package))
            return StepFinding.Without(missing.Message);
        return new(
            [new("version", $"Version {version} of {row.Model}{(package.Sha256 is { } sha ? $", SHA-256 {sha}" : "")}", link)],
            package.State == PackageStates.Stored ? null : $"The files of version {version} are {package.State}: {package.Problem ?? "the registry keeps no copy"}.");
    }

    private async ValueTask<StepFinding> FeaturesAsync(Actor actor, MigrationRow row, string version, CancellationToken cancel)
    {
        if ((await packages.GetAsync(actor, row.Model, version, cancel)).Failed(out var missing, out var package))
            return StepFinding.Without(missing.Message);
        return package.Document.Inputs is null
            ? StepFinding.Without($"Version {version} has no signature, so that nobody knows what it takes. Log the model with one, or skip the step and say why.")
            : new([new("signature", $"Version {version} declares what it takes: {Clip(package.Document.Inputs.ToJsonString())}", $"/api/v1/models/{Uri.EscapeDataString(row.Model)}/versions/{version}/package")], null);
    }

    private async ValueTask<StepFinding> EvaluatedAsync(Actor actor, MigrationRow row, ModelVersion version, CancellationToken cancel)
    {
        if ((await gates.CheckAsync(actor, version, cancel)).Failed(out var missing, out var check))
            return StepFinding.Without(missing.Message);
        MigrationEvidence[] evidence = check.EvaluationId is { } id ? [new("evaluation", $"Evaluation {id}, {check.Gates.Count} gates", $"/api/v1/evaluations/{id}")] : [];
        if (!check.Passed)
            return new(evidence, check.Reason ?? "Its evaluation does not pass the gates.");
        return new(evidence, evidence.Length > 0 ? null : $"{row.Model} has no gates of evaluations. Set them: mlops evaluations gates set {row.Model} 'auc >= 0.8'");
    }

    private async ValueTask<StepFinding> ApprovedAsync(Actor actor, MigrationRow row, string version, CancellationToken cancel)
    {
        if ((await approvals.ListAsync(actor, null, row.Model, mine: false, Tenancy.Listings.MaxLimit, null, cancel)).Failed(out var missing, out var page))
            return StepFinding.Without(missing.Message);
        if (page.Approvals.FirstOrDefault(one => one.Version == version && one.Environment == row.Environment && one.State is "pending" or "approved") is { } asked)
            return new([new("approval", $"Approval {asked.Id} is {asked.State}; risk is {asked.Tier}, {asked.Score} of 50", $"/api/v1/approvals/{asked.Id}")], null);
        if (serving.IsGoverned(row.Environment))
            return StepFinding.Without($"No approval of version {version} for {row.Environment} was asked for, or none stands. Ask: mlops approvals request {row.Model} {version} --environment {row.Environment}");
        return (await risks.AssessAsync(actor, row.Model, version, row.Environment, cancel)).Failed(out missing, out var risk)
            ? StepFinding.Without(missing.Message)
            : new([new("risk", $"Risk is {risk.Tier}, {risk.Score} of 50; {row.Environment} is not governed", null)], null);
    }

    private async ValueTask<StepFinding> ComparedAsync(Actor actor, MigrationRow row, string version, CancellationToken cancel)
    {
        var found = await db.ReadAsync(session => ComparisonStore.ListAsync(session, actor.Workspace, row.Id, 100), cancel);
        if (found.FirstOrDefault(one => one.Version == version && one.State == "done") is not { Agreement: { } agreement } last)
            return StepFinding.Without($"No comparison of version {version} with the old endpoint has ended well. Begin one: mlops migration compare {row.Id}");
        var least = row.Asked.LeastAgreement!.Value;
        var told = string.Create(CultureInfo.InvariantCulture, $"{last.Agreed} of {last.Rows} rows agree ({agreement:0.####}); it must be {least:0.####}");
        return new([new("comparison", told, $"/api/v1/migrations/{row.Id}")], agreement >= least ? null : $"The newest comparison is below the threshold: {told}.");
    }

    private static string Clip(string text) => text.Length > 300 ? text[..300] + "..." : text;
}

/// <summary>What is seen of a step.</summary>
/// <param name="Evidence">What bears it out.</param>
/// <param name="Missing">Why it cannot be done; null when it can.</param>
internal sealed record StepFinding(IReadOnlyList<MigrationEvidence> Evidence, string? Missing)
{
    public static StepFinding Without(string missing) => new([], missing);
}
