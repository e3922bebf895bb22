using System.Text.Json;
using Orrery.Kernel;
using Orrery.Registry;
using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>Scans the files of a version that the registry has taken a copy of.</summary>
internal sealed class ScanJob(Packages packages, Scans scans) : IJobHandler
{
    public const string JobKind = "governance.scan";

    public string Kind => JobKind;

    public int MaxConcurrent => 1;

    public async Task<Result<string?>> RunAsync(JobContext job, CancellationToken cancel)
    {
        var order = JsonSerializer.Deserialize(job.Payload, ScanJson.Default.ScanOrder)!;
        if ((await packages.GetAsync(job.Actor, order.Model, order.Version, cancel)).Failed(out var gone, out var package))
            return gone.Kind is FailureKind.NotFound ? (string?)null : gone;
        if (package.State is not PackageStates.Stored || package.Sha256 is null)
            return (string?)null;
        job.Report(0, "scanning");
        return (await scans.OfAsync(job.Actor, package, cancel)).Failed(out var failed, out var report)
            ? failed
            : $$"""{"scan":"{{report.Id}}","verdict":"{{report.Verdict}}"}""";
    }
}
