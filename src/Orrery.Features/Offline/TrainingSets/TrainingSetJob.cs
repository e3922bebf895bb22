using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Features;

/// <summary>Makes a training set.</summary>
internal sealed class TrainingSetJob(TrainingSets sets) : IJobHandler
{
    public const string JobKind = "features.training_set";

    public string Kind => JobKind;

    public JobPolicy Policy { get; } = new() { MaxAttempts = 3 };

    public async Task<Result<string?>> RunAsync(JobContext job, CancellationToken cancel)
    {
        var done = await sets.BuildAsync(job, HistoricalPayload.Read(job.Payload), cancel);
        return done.Failed(out var failure, out var set)
            ? failure
            : FormattableString.Invariant($"{{\"training_set_id\":\"{set.Id}\",\"content_hash\":\"{set.ContentHash}\",\"row_count\":{set.Rows}}}");
    }
}
