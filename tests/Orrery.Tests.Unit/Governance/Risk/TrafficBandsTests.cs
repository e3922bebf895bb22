using Orrery.Contracts;
using Orrery.Governance;
using Xunit;

namespace Orrery.Tests.Unit;

/// <summary>What a day's traffic says of risk.</summary>
public sealed class TrafficBandsTests
{
    [Theory]
    [InlineData(0, null, 0)]
    [InlineData(1_000, null, 0)]
    [InlineData(1_001, "more than 1000 a day", 2)]
    [InlineData(10_001, "more than 10000 a day", 4)]
    [InlineData(100_001, "more than 100000 a day", 6)]
    [InlineData(50_000_000, "more than 1000000 a day", 8)]
    public void Requests_have_bands_of_their_own(long number, string? value, int score)
    {
        var found = TrafficBands.Of(TrafficBands.Requests, number, standing: null);

        Assert.Equal((value, score), (found?.Value, found?.Score ?? 0));
        Assert.Null(found?.Trigger);
    }

    [Theory]
    [InlineData(10_001, 10_001, 4)]
    [InlineData(10_001, 9_999, 4)]
    [InlineData(10_001, 5_001, 4)]
    [InlineData(10_001, 5_000, 2)]
    [InlineData(10_001, 501, 2)]
    [InlineData(10_001, 400, 0)]
    [InlineData(900, 1_001, 2)]
    [InlineData(1_001, 9_000, 2)]
    [InlineData(2_000, 10_001, 4)]
    public void A_band_is_reached_at_once_and_left_at_half_of_it(long before, long now, int score) =>
        Assert.Equal(score, TrafficBands.Of(TrafficBands.Requests, now, Standing(TrafficBands.Of(TrafficBands.Requests, before, standing: null)))?.Score ?? 0);

    [Fact]
    public void People_weigh_more_than_requests_and_the_bands_of_one_do_not_hold_the_other()
    {
        Assert.Equal(10, TrafficBands.Of(TrafficBands.Customers, 1_000_001, standing: null)!.Score);
        Assert.Null(TrafficBands.Of(TrafficBands.Customers, 10, standing: null));
        Assert.Equal(2, TrafficBands.Of(TrafficBands.Customers, 700, Standing(TrafficBands.Of(TrafficBands.Requests, 1_001, standing: null)))!.Score);
    }

    private static RiskAssessment Standing(KnownRisk? fact) => new()
    {
        Dimensions =
        [
            new()
            {
                Name = RiskScore.CustomerExposure,
                Evidence = fact is null ? [] : [new() { Source = RiskScore.Known, Name = fact.Name, Value = fact.Value, Score = fact.Score }],
            },
        ],
    };
}
