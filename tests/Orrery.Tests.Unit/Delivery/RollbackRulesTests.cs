using Orrery.Contracts;
using Orrery.Delivery;
using Xunit;

namespace Orrery.Tests.Unit;

/// <summary>The three rules, each at its boundary, and where it alone decides.</summary>
public sealed class RollbackRulesTests
{
    private const long Minute = 60_000;
    private const long Now = 100 * Minute;

    private static readonly RollbackThresholds Thresholds = new() { Enabled = true, ErrorPercent = 5, P95Ratio = 2, AvailabilityPercent = 99, MinRequests = 20, WatchHours = 24 };

    [Theory]
    [InlineData(50, null)]
    [InlineData(51, "error_rate")]
    public void More_than_five_percent_in_each_of_five_minutes_takes_back(long failedOfThousand, string? rule) =>
        Assert.Equal(rule, Judge(Minutes(1000, failedOfThousand))?.Rule);

    [Fact]
    public void One_good_minute_of_five_keeps_it() =>
        Assert.Null(Judge([.. Minutes(1000, 900).SkipLast(1), Signal(0, 1000, 50)]));

    [Fact]
    public void Before_five_minutes_have_passed_nothing_is_decided()
    {
        Assert.Null(RollbackRules.Judge(Minutes(1000, 900), Now - (5 * Minute) + 1, Thresholds, null, Now));
        Assert.NotNull(RollbackRules.Judge(Minutes(1000, 900), Now - (5 * Minute), Thresholds, null, Now));
    }

    [Theory]
    [InlineData(3, null)]
    [InlineData(4, "error_rate")]
    public void Too_few_requests_decide_nothing(long aMinute, string? rule) => Assert.Equal(rule, Judge(Minutes(aMinute, aMinute))?.Rule);

    [Theory]
    [InlineData(20, null)]
    [InlineData(20.001, "p95")]
    public void More_than_twice_the_p95_of_before_takes_back(double p95, string? rule) =>
        Assert.Equal(rule, RollbackRules.Judge([.. Enumerable.Range(0, 5).Select(minute => Signal(minute, 100, 0, p95))], 0, Thresholds, 10, Now)?.Rule);

    [Fact]
    public void Without_a_baseline_no_p95_takes_back() =>
        Assert.Null(RollbackRules.Judge([.. Enumerable.Range(0, 5).Select(static minute => Signal(minute, 100, 0, 9999))], 0, Thresholds, null, Now));

    [Theory]
    [InlineData(5, null)]
    [InlineData(6, "availability")]
    public void Less_than_ninety_nine_percent_answered_takes_back(long unanswered, string? rule)
    {
        var signals = Minutes(100, 0);
        signals[2] = signals[2] with { Failed = unanswered, Unanswered = unanswered };

        Assert.Equal(rule, Judge(signals)?.Rule);
    }

    [Theory]
    [InlineData(100, 1, null)]
    [InlineData(99, 1, "availability")]
    public void Looks_without_the_version_count_as_away(int looks, int away, string? rule)
    {
        List<SignalRow> signals = [.. Enumerable.Range(0, looks).Select(index => new SignalRow(Now - (index * 3000L) + 0, "n", 0, 0, 0, null, index >= away))];

        Assert.Equal(rule, Judge(signals)?.Rule);
    }

    [Fact]
    public void Servers_are_summed()
    {
        List<SignalRow> one = Minutes(1000, 0);
        List<SignalRow> other = [.. Minutes(100, 100).Select(static signal => signal with { Node = "other" })];

        Assert.Equal("error_rate", Judge([.. one, .. other])?.Rule);
        Assert.Null(Judge([.. one, .. other.Select(static signal => signal with { Failed = 40 })]));
    }

    private static RollbackReason? Judge(IReadOnlyList<SignalRow> signals) => RollbackRules.Judge(signals, 0, Thresholds, null, Now);

    private static List<SignalRow> Minutes(long requests, long failed) => [.. Enumerable.Range(0, 5).Reverse().Select(minute => Signal(minute, requests, failed))];

    private static SignalRow Signal(int minutesAgo, long requests, long failed, double? p95 = null) => new(Now - (minutesAgo * Minute), "n", requests, failed, 0, p95, true);
}
