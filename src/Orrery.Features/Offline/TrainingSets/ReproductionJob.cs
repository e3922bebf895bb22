using System.Text.Json;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Features;

/// <summary>Makes a training set again.</summary>
internal sealed class ReproductionJob(Reproductions reproductions) : IJobHandler
{
    public const string JobKind = "features.reproduce";

    public string Kind => JobKind;

    public JobPolicy Policy { get; } = new() { MaxAttempts = 3 };

    public async Task<Result<string?>> RunAsync(JobContext job, CancellationToken cancel)
    {
        var work = JsonSerializer.Deserialize(job.Payload, ManifestJson.Default.ReproductionWork)!;
        var done = await reproductions.RunAsync(job, work, cancel);
        return done.Failed(out var failure, out var result) ? failure : JsonSerializer.Serialize(result, ManifestJson.Default.Reproduction);
    }
}
