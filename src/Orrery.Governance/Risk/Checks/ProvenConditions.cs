using System.Globalization;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Registry;
using Orrery.Serving;

namespace Orrery.Governance;

/// <summary>The condition of GOV-08 about the environment: it is not production, or the very same files have proven themselves in another one.</summary>
internal sealed class ProvenConditions(DeployedVersions deployed, Packages packages, IEnumerable<IDeliveryHistory> histories, GovernanceOptions options, TimeProvider time)
{
    private const string Name = "non_production";

    public async ValueTask<AutomaticCheck> CheckAsync(RiskSubject subject, ModelPackage? package, CancellationToken cancel)
    {
        if (subject.Environment != RiskSubject.Production)
            return new() { Name = Name, Passed = true, Reason = $"{subject.Environment} is not production." };
        if (options.AutomaticProduction == GovernanceOptions.Strict)
            return new() { Name = Name, Reason = "The environment is production, and this server approves nothing for it automatically (Orrery:Governance:AutomaticProduction is strict)." };
        if (package?.Sha256 is not { } files)
            return new() { Name = Name, Reason = "The environment is production, and the version's files are not known to the registry." };
        var needed = TimeSpan.FromMinutes(options.ProvenMinutes);
        var (since, failed) = await SinceAsync(subject, files, cancel);
        foreach (var history in histories)
        {
            if (await history.ProvenSinceAsync(subject.Actor, subject.Model.Name, files, cancel) is { } earlier && (since is null || earlier < since))
                since = earlier;
        }

        if (failed is not null)
            return new() { Name = Name, Reason = $"The environment is production, and the same files failed in {failed}." };
        if (since is not { } from)
            return new() { Name = Name, Reason = $"The environment is production, and the same files (SHA-256 {files[..12]}) stand in no other one. Deploy the version to staging first." };
        return time.GetUtcNow() - from < needed
            ? new() { Name = Name, Reason = string.Create(CultureInfo.InvariantCulture, $"The same files stand in another environment since {from:u}; it must be {options.ProvenMinutes} minutes.") }
            : new() { Name = Name, Passed = true, Reason = string.Create(CultureInfo.InvariantCulture, $"The same files stand in another environment since {from:u} without a failure.") };
    }

    private async ValueTask<(DateTimeOffset? Since, string? Failed)> SinceAsync(RiskSubject subject, string files, CancellationToken cancel)
    {
        DateTimeOffset? since = null;
        string? failed = null;
        var same = new Dictionary<string, bool>(StringComparer.Ordinal);
        foreach (var one in await deployed.NowAsync(subject.Actor, subject.Model.Name, null, cancel))
        {
            if (one.Environment == RiskSubject.Production || one.Shadow || one.Share <= 0)
                continue;
            if (!same.TryGetValue(one.Version, out var isSame))
                same[one.Version] = isSame = await IsSameAsync(subject.Actor, one, files, cancel);
            if (!isSame)
                continue;
            if (one.HasFailed)
                failed ??= $"{one.Environment}/{one.Deployment}";
            else if (one.IsReady && (since is null || one.Since < since))
                since = one.Since;
        }

        return (since, failed);
    }

    private async ValueTask<bool> IsSameAsync(Actor actor, DeployedVersion one, string files, CancellationToken cancel) =>
        !(await packages.GetAsync(actor, one.Model, one.Version, cancel)).Failed(out _, out var package) && package.Sha256 == files;
}
