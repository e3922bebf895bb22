using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tests.Integration;

/// <summary>A kind of job that does what the test says.</summary>
internal sealed class TestJob(string kind, Func<JobContext, CancellationToken, Task<Result<string?>>> run) : IJobHandler
{
    private int _runs;

    public string Kind => kind;

    public JobPolicy Policy { get; init; } = new() { MaxAttempts = 3, FirstRetry = TimeSpan.FromSeconds(5) };

    public int MaxConcurrent { get; init; } = int.MaxValue;

    public int Runs => Volatile.Read(ref _runs);

    public Task<Result<string?>> RunAsync(JobContext job, CancellationToken cancel)
    {
        Interlocked.Increment(ref _runs);
        return run(job, cancel);
    }
}
