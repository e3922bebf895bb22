using Churn;
using Xunit;

namespace Orrery.Tests.Unit;

public sealed class SplitTests
{
    private static readonly int[] Labels = [.. Enumerable.Range(0, 1000).Select(row => row % 4 == 0 ? 1 : 0)];

    [Fact]
    public void Every_row_lands_in_one_part_and_each_part_has_the_same_share_of_leavers()
    {
        var split = Split.Draw(Labels, seed: 7);

        Assert.Equal(Enumerable.Range(0, 1000), split.Train.Concat(split.Valid).Concat(split.Test).Order());
        Assert.Equal((600, 200, 200), (split.Train.Length, split.Valid.Length, split.Test.Length));
        Assert.All([split.Train, split.Valid, split.Test], part => Assert.Equal(0.25, part.Average(row => Labels[row]), 12));
    }

    [Fact]
    public void The_same_seed_draws_the_same_split_and_another_draws_another()
    {
        Assert.Equal(Split.Draw(Labels, seed: 7).Train, Split.Draw(Labels, seed: 7).Train);
        Assert.NotEqual(Split.Draw(Labels, seed: 7).Train, Split.Draw(Labels, seed: 8).Train);
    }

    // The first outputs of the reference implementation, https://prng.di.unimi.it/splitmix64.c, for seed 1234567.
    [Fact]
    public void SplitMix64_gives_the_published_numbers()
    {
        var random = new SplitMix64(1234567);

        Assert.Equal([6457827717110365317UL, 3203168211198807973UL, 9817491932198370423UL], [random.Next(), random.Next(), random.Next()]);
    }
}
