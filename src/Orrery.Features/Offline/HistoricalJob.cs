using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Features;

/// <summary>Joins what is too much for a request.</summary>
internal sealed class HistoricalJob(Historical historical) : IJobHandler
{
    public const string JobKind = "features.historical";

    public string Kind => JobKind;

    public JobPolicy Policy { get; } = new() { MaxAttempts = 3 };

    public async Task<Result<string?>> RunAsync(JobContext job, CancellationToken cancel)
    {
        var done = await historical.RunAsync(job, HistoricalPayload.Read(job.Payload), cancel);
        return done.Failed(out var failure, out var result)
            ? failure
            : FormattableString.Invariant($"{{\"row_count\":{result.Rows},\"bytes\":{result.Size},\"format\":\"{result.Format.ToString().ToLowerInvariant()}\"}}");
    }
}
