using Orrery.Cli;
using Orrery.Contracts;
using Xunit;

namespace Orrery.Tests.Unit;

public sealed class TrafficChangeTests
{
    private static readonly VariantSpec First = new() { Name = "stable", Model = "m", Version = "1", Weight = 100, Output = "probabilities" };
    private static readonly VariantSpec Second = new() { Model = "m", Version = "2" };
    private static readonly DeploymentSpec Now = new() { Variants = [First], Sticky = new StickySpec { Header = "X-User-Id" } };

    [Theory]
    [InlineData(10, 90, 10)]
    [InlineData(0, 100, 0)]
    [InlineData(100, 0, 100)]
    [InlineData(0.5, 995_000, 5_000)]
    public void A_canary_gets_its_share_and_the_rest_stays(double percent, int stable, int canary)
    {
        var next = TrafficChange.ToCanary(Now, Second, percent);

        Assert.Equal([("stable", "1", stable), ("canary", "2", canary)], Text(next));
        Assert.Equal("X-User-Id", next.Sticky!.Header);
    }

    [Fact]
    public void Others_share_what_a_canary_leaves_as_before()
    {
        var three = Now with { Variants = [First with { Weight = 3 }, First with { Name = "blue", Weight = 1 }, Second with { Name = "shadow", Shadow = true }] };

        var next = TrafficChange.ToCanary(three, Second, 20);

        Assert.Equal([("stable", "1", 60), ("blue", "1", 20), ("canary", "2", 20), ("shadow", "2", 0)], Text(next));
        var two = three with { Variants = [First with { Weight = 2 }, First with { Name = "blue", Weight = 1 }] };
        Assert.Equal([("stable", "1", 60), ("blue", "1", 30), ("canary", "2", 10)], Text(TrafficChange.ToCanary(two, Second, 10)));
        Assert.Equal([533_334, 266_666, 200_000], TrafficChange.ToCanary(two, Second, 20).Variants.Select(static one => one.Weight));
    }

    [Fact]
    public void A_canary_replaces_the_one_before_and_comes_back_from_all()
    {
        var all = TrafficChange.ToCanary(TrafficChange.ToCanary(Now, Second, 100), Second with { Version = "3" }, 25);

        Assert.Equal([("stable", "1", 75), ("canary", "3", 25)], Text(all));
    }

    [Fact]
    public void A_promoted_canary_is_the_stable_one_and_shadows_stay()
    {
        var before = TrafficChange.ToShadow(TrafficChange.ToCanary(Now, Second with { Output = "label" }, 10), Second with { Version = "3" }, 50);

        var after = TrafficChange.Promote(before, "canary");

        Assert.Equal([("stable", "2", 100), ("shadow", "3", 0)], Text(after));
        Assert.Equal("label", after.Variants[0].Output);
        Assert.Equal((true, 50.0), (after.Variants[1].Shadow, after.Variants[1].ShadowPercent!.Value));
    }

    [Fact]
    public void A_new_stable_version_answers_everything()
    {
        var next = TrafficChange.ToStable(TrafficChange.ToCanary(Now, Second, 10), Second with { Version = "4", Weight = 7, ShadowPercent = 3 });

        Assert.Equal([("stable", "4", 100)], Text(next));
        Assert.Null(next.Variants[0].ShadowPercent);
    }

    [Fact]
    public void Shares_are_of_those_that_are_named()
    {
        var next = TrafficChange.Shares(TrafficChange.ToShadow(TrafficChange.ToCanary(Now, Second, 10), Second, null), new Dictionary<string, int> { ["canary"] = 3 });

        Assert.Equal([("stable", "1", 0), ("canary", "2", 3), ("shadow", "2", 0)], Text(next));
    }

    private static IEnumerable<(string Name, string Version, int Weight)> Text(DeploymentSpec spec) => spec.Variants.Select(static one => (one.Name, one.Version, one.Weight));
}
