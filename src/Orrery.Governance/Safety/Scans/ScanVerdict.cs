using Orrery.Kernel;
using Orrery.Registry;

namespace Orrery.Governance;

/// <summary>Keeps versions from being used whose files the scan refuses. What nobody has scanned yet is scanned then.</summary>
internal sealed class ScanVerdict(Scans scans, ScanSettings settings) : IPackageVerdict
{
    public async ValueTask<Failure?> CheckAsync(Actor actor, ModelPackage package, CancellationToken cancel)
    {
        if (!settings.IsEnforced)
            return null;
        if ((await scans.OfAsync(actor, package, cancel)).Failed(out var failed, out var report))
            return failed;
        return report.Verdict == ScanRead.Refused
            ? Failure.Conflict("governance.scan_refused", $"Version {package.Version} of {package.Name} may not be used: the scan of its files refuses it. {ScanRead.Why(report)}. An admin can accept findings of scan {report.Id}.")
            : null;
    }
}
