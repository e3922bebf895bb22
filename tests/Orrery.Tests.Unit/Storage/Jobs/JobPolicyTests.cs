using Orrery.Storage;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Unit;

public sealed class JobPolicyTests
{
    [Theory]
    [InlineData(1, 5)]
    [InlineData(2, 10)]
    [InlineData(7, 320)]
    [InlineData(8, 600)]
    [InlineData(1000, 600)]
    public void Pauses_double_up_to_the_longest(int attempts, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), JobPolicy.Default.RetryAfter(attempts));

    [Fact]
    public void Ids_are_32_hex_digits_and_rise_with_time()
    {
        var clock = new FakeTimeProvider();
        var first = JobId.New(clock);
        clock.Advance(TimeSpan.FromMilliseconds(1));
        var second = JobId.New(clock);

        Assert.Matches("^[0-9a-f]{32}$", first.ToString());
        Assert.True(string.CompareOrdinal(first.ToString(), second.ToString()) < 0);
        Assert.Equal(first, JobId.Parse(first.ToString(), null));
        Assert.False(JobId.TryParse("not an id", null, out _));
    }
}
