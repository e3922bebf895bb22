using Orrery.Registry;

namespace Orrery.Delivery;

/// <summary>Stage 2: the artifact's scan with its dependencies' weaknesses, the package's hash, the risk, and the policies in force.</summary>
internal sealed class SecurityStage(Packages packages, GovernanceDoor governance) : IDeliveryStage
{
    public string Name => StageNames.Security;

    public async ValueTask<StageEnd> RunAsync(StageRun run, CancellationToken cancel)
    {
        var spec = run.Row.Spec;
        if ((await packages.GetForUseAsync(run.Actor, spec.Model, spec.Version, cancel)).Failed(out var refused, out var package))
            return StageEnd.Failed(refused);
        await run.SayAsync(package.State is PackageStates.Stored ? "The scan of the files and of what they depend on lets them through." : $"The files are {package.State}: there is nothing to scan here.", cancel);
        if (package.Sha256 is { } said && ModelPackage.HashOf(package.Files) is var found && found != said)
            return StageEnd.Failed($"The package's files make SHA-256 {found}, and the registry says {said}.");
        if ((package.Sha256 ?? "") != run.Row.Plan.ModelSha256)
            return StageEnd.Failed($"The version's files were changed since they were validated: {package.Sha256} instead of {run.Row.Plan.ModelSha256}.");
        run.Fact("sha256", package.Sha256);
        run.Fact("state", package.State);
        var risk = await governance.RiskAsync(run, cancel);
        if (risk.State is not "passed")
            return risk;
        var policies = await governance.PoliciesAsync(run, cancel);
        return policies.State is "passed" ? StageEnd.Passed($"The files may be used. {policies.Message} {risk.Message}") : policies;
    }
}
