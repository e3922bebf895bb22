using Orrery.Contracts;
using Orrery.Serving;
using Xunit;

namespace Orrery.Tests.Unit.Serving;

/// <summary>
/// Who gets which variant, over 100,000 draws or users. The bounds are those of the binomial distribution itself, crossed by chance once in a billion
/// tests; seeds and users are fixed, so that a test that passed passes again.
/// </summary>
public sealed class TrafficTests : IDisposable
{
    private const int Draws = 100_000;
    private const double Alpha = 1e-9;

    private readonly ServingParts _parts = new();

    public void Dispose() => _parts.Dispose();

    [Theory]
    [InlineData(90, 10)]
    [InlineData(1, 1)]
    [InlineData(999, 1)]
    [InlineData(999_999, 1)]
    [InlineData(50, 30, 20)]
    [InlineData(0, 70, 30)]
    public void Draws_follow_the_weights(params int[] weights)
    {
        var deployment = Of(weights);
        var counts = Count(_ => deployment.Choose(null).Name);

        Within(counts, weights);
    }

    [Theory]
    [InlineData(90, 10)]
    [InlineData(50, 30, 20)]
    [InlineData(999, 1)]
    public void Users_follow_the_weights(params int[] weights)
    {
        var deployment = Of(weights);
        var counts = Count(user => deployment.Choose($"user-{user}").Name);

        Within(counts, weights);
    }

    [Fact]
    public async Task Draws_of_many_threads_follow_the_weights()
    {
        var deployment = Of(90, 10);
        var canary = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Enumerable.Range(0, Draws / 4).Count(_ => deployment.Choose(null).Name == "v1"))));

        var (least, most) = Binomial.Bounds(Draws, 0.1, Alpha);
        Assert.InRange(canary.Sum(), least, most);
    }

    [Fact]
    public void A_user_gets_the_same_variant_on_every_server_and_after_every_start()
    {
        var (one, other) = (Of(seed: 1, 60, 30, 10), Of(seed: 99, 60, 30, 10));
        for (var user = 0; user < Draws; user++)
            Assert.Equal(one.Choose($"user-{user}").Name, other.Choose($"user-{user}").Name);
    }

    // What other releases of the server, and other machines, must agree on.
    [Theory]
    [InlineData("ann", "v1")]
    [InlineData("carl", "v0")]
    [InlineData("user-1", "v0")]
    [InlineData("user-77", "v1")]
    [InlineData("Zoë 🙂", "v1")]
    public void Where_users_fall_never_changes(string user, string variant) => Assert.Equal(variant, Of(60, 40).Choose(user).Name);

    [Fact]
    public void A_change_of_weights_moves_only_users_who_must_move()
    {
        var (before, after) = (Of(90, 10), Of(80, 20));
        var (moved, back) = (0, 0);
        for (var user = 0; user < Draws; user++)
        {
            var (was, now) = (before.Choose($"user-{user}").Name, after.Choose($"user-{user}").Name);
            moved += was == "v0" && now == "v1" ? 1 : 0;
            back += was == "v1" && now == "v0" ? 1 : 0;
        }

        // From 10 to 20 of 100: a tenth of all users go over, and none comes back.
        var (least, most) = Binomial.Bounds(Draws, 0.1, Alpha);
        Assert.Equal(0, back);
        Assert.InRange(moved, least, most);
    }

    [Fact]
    public void A_new_variant_takes_users_from_the_others_and_moves_none_between_them()
    {
        var (before, after) = (Of(60, 30), Of(60, 30, 10));
        var taken = 0;
        for (var user = 0; user < Draws; user++)
        {
            var now = after.Choose($"user-{user}").Name;
            if (now == "v2")
                taken++;
            else
                Assert.Equal(before.Choose($"user-{user}").Name, now);
        }

        var (least, most) = Binomial.Bounds(Draws, 0.1, Alpha);
        Assert.InRange(taken, least, most);
    }

    [Fact]
    public void Users_fall_independently_in_different_deployments()
    {
        var one = _parts.Deployment(Spec(50, 50), key: ServingParts.Key with { Name = "a" });
        var (least, most) = Binomial.Bounds(Draws, 0.25, Alpha);
        foreach (var key in new[] { ServingParts.Key with { Name = "b" }, ServingParts.Key with { Name = "a", Environment = "staging" } })
        {
            var other = _parts.Deployment(Spec(50, 50), key: key);
            foreach (var (first, second) in new[] { ("v0", "v0"), ("v0", "v1"), ("v1", "v0"), ("v1", "v1") })
                Assert.InRange(Enumerable.Range(0, Draws).Count(user => one.Choose($"user-{user}").Name == first && other.Choose($"user-{user}").Name == second), least, most);
        }
    }

    [Fact]
    public void Samples_follow_their_share_and_do_not_depend_on_shadows()
    {
        var rule = new LogRule(new PredictionLogSpec { Sample = 0.2 });
        var ids = Enumerable.Range(0, Draws).Select(index => Id(index)).ToList();
        var both = ids.Count(id => rule.Takes(id) && Sampling.Unit(id, salt: 1) < 0.5);

        var (least, most) = Binomial.Bounds(Draws, 0.2, Alpha);
        Assert.InRange(ids.Count(rule.Takes), least, most);
        (least, most) = Binomial.Bounds(Draws, 0.1, Alpha);
        Assert.InRange(both, least, most);
        Assert.All(ids.Take(1000), id => Assert.Equal(rule.Takes(id), new LogRule(new PredictionLogSpec { Sample = 0.2 }).Takes(id)));
    }

    [Fact]
    public void The_bounds_are_those_of_the_distribution()
    {
        Assert.Equal((40, 60), Binomial.Bounds(100, 0.5, 0.05));
        Assert.Equal((3, 19), Binomial.Bounds(100, 0.1, 0.005));
    }

    private static Guid Id(int index) => new(index, 1, 0x7abc, [.. BitConverter.GetBytes(StickyHash.Mix13((ulong)index + 1))]);

    private static DeploymentSpec Spec(params int[] weights) => new() { Variants = [.. weights.Select(static (weight, index) => ServingParts.Variant($"v{index}", weight))] };

    private ActiveDeployment Of(params int[] weights) => _parts.Deployment(Spec(weights));

    private ActiveDeployment Of(ulong seed, params int[] weights) => _parts.Deployment(Spec(weights), seed);

    private static Dictionary<string, int> Count(Func<int, string> choose) =>
        Enumerable.Range(0, Draws).Select(choose).CountBy(static name => name).ToDictionary();

    private static void Within(Dictionary<string, int> counts, int[] weights)
    {
        for (var index = 0; index < weights.Length; index++)
        {
            var p = (double)weights[index] / weights.Sum();
            var (least, most) = p == 0 ? (0, 0) : Binomial.Bounds(Draws, p, Alpha);
            Assert.InRange(counts.GetValueOrDefault($"v{index}"), least, most);
        }
    }
}
