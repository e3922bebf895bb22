using Orrery.Storage;
using Xunit;

namespace Orrery.Tests.Unit;

public sealed class StorageOptionsTests
{
    [Fact]
    public void The_defaults_have_no_problem()
    {
        Assert.Empty(new JobOptions().Problems());
        Assert.Empty(new OutboxOptions().Problems());
    }

    [Fact]
    public void All_problems_of_jobs_are_told_at_once() => Assert.Equal(5, new JobOptions
    {
        MaxConcurrent = 257,
        Lease = TimeSpan.FromSeconds(1),
        Poll = TimeSpan.Zero,
        ProgressInterval = TimeSpan.FromMinutes(1),
        Retention = TimeSpan.Zero,
    }.Problems().Count());

    [Fact]
    public void All_problems_of_the_outbox_are_told_at_once() => Assert.Equal(7, new OutboxOptions
    {
        MaxAttempts = 0,
        FirstRetry = TimeSpan.FromSeconds(-1),
        LongestRetry = TimeSpan.FromSeconds(-2),
        Timeout = TimeSpan.Zero,
        Poll = TimeSpan.FromHours(1),
        Lease = TimeSpan.FromHours(1),
        Retention = TimeSpan.Zero,
    }.Problems().Count());
}
