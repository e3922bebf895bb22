using Orrery.Statistics;
using Xunit;

namespace Orrery.Tests.Unit;

/// <summary>Tests, effect sizes and bootstrap intervals of samples, against scipy.</summary>
public sealed class SampleTestTests
{
    [Fact]
    public void Welchs_t_is_scipys_ttest_ind()
    {
        foreach (var golden in StatisticsGolden.At("pairs").AsArray())
        {
            var (a, b) = (StatisticsGolden.Numbers(golden!["a"]), StatisticsGolden.Numbers(golden["b"]));
            var test = SampleTests.Welch(a, b);
            Assert.Equal((double)golden["t"]!, test.Statistic, 1e-9);
            Assert.Equal((double)golden["t_p"]!, test.PValue, 1e-9);
            Assert.Equal((double)golden["df"]!, test.Degrees!.Value, 1e-9);
            var (difference, error, degrees) = SampleTests.WelchError(a, b);
            Assert.Equal((double)golden["interval"]![1]!, difference + (Tails.StudentQuantile(0.95, degrees) * error), 1e-8);
        }
    }

    [Fact]
    public void Mann_and_Whitneys_U_is_scipys_exact_and_with_ties()
    {
        var methods = new HashSet<string>();
        foreach (var golden in StatisticsGolden.At("pairs").AsArray())
        {
            var test = SampleTests.MannWhitney(StatisticsGolden.Numbers(golden!["a"]), StatisticsGolden.Numbers(golden["b"]));
            Assert.Equal((string)golden["method"]! == "exact" ? "mann_whitney_exact" : "mann_whitney", test.Test);
            Assert.Equal((double)golden["u"]!, test.Statistic, 1e-9);
            Assert.Equal((double)golden["u_p"]!, test.PValue, 1e-9);
            methods.Add(test.Test);
        }

        Assert.Equal(2, methods.Count);
    }

    [Fact]
    public void Effect_sizes_are_numpys()
    {
        foreach (var golden in StatisticsGolden.At("pairs").AsArray())
        {
            var (a, b) = (StatisticsGolden.Numbers(golden!["a"]), StatisticsGolden.Numbers(golden["b"]));
            Assert.Equal((double)golden["d"]!, EffectSizes.CohensD(a, b), 1e-9);
            Assert.Equal((double)golden["g"]!, EffectSizes.HedgesG(a, b), 1e-9);
            Assert.Equal((double)golden["delta"]!, EffectSizes.CliffsDelta(a, b), 1e-9);
        }
    }

    [Fact]
    public void Analysis_of_variance_and_Kruskal_Wallis_are_scipys()
    {
        foreach (var golden in StatisticsGolden.At("several").AsArray())
        {
            double[][] groups = [.. golden!["groups"]!.AsArray().Select(StatisticsGolden.Numbers)];
            var (f, h) = (SampleTests.Anova(groups), SampleTests.KruskalWallis(groups));
            Assert.Equal((double)golden["f"]!, f.Statistic, 1e-9);
            Assert.Equal((double)golden["f_p"]!, f.PValue, 1e-9);
            Assert.Equal((double)golden["h"]!, h.Statistic, 1e-9);
            Assert.Equal((double)golden["h_p"]!, h.PValue, 1e-9);
        }
    }

    [Fact]
    public void The_corrected_resampled_t_is_that_of_Nadeau_and_Bengio()
    {
        var golden = StatisticsGolden.At("resampled");
        var test = PairedTests.CorrectedResampledT(StatisticsGolden.Numbers(golden["differences"]), (double)golden["share"]!);
        Assert.Equal((double)golden["t"]!, test.Statistic, 1e-9);
        Assert.Equal((double)golden["p"]!, test.PValue, 1e-9);
    }

    [Fact]
    public void Percentile_and_bca_intervals_are_scipys_of_the_same_resamples()
    {
        foreach (var golden in StatisticsGolden.At("bootstrap").AsArray())
        {
            double[][] data = [.. golden!["data"]!.AsArray().Select(StatisticsGolden.Numbers)];
            var resampled = StatisticsGolden.Numbers(golden["distribution"]);
            var second = data.Length > 1 ? data[1] : [];
            var estimate = data[0].Average() - (second.Length > 0 ? second.Average() : 0);
            var bca = BiasCorrection.Interval(resampled, estimate, MeanBootstrap.Acceleration(data[0], second), 0.95)!.Value;
            Assert.Equal((double)golden["bca"]![0]!, bca.Lower, 1e-9);
            Assert.Equal((double)golden["bca"]![1]!, bca.Upper, 1e-9);
            var sorted = resampled.Order().ToArray();
            Assert.Equal((double)golden["percentile"]![0]!, Replicates.Quantile(sorted, 0.025), 1e-9);
            Assert.Equal((double)golden["percentile"]![1]!, Replicates.Quantile(sorted, 0.975), 1e-9);
        }
    }

    [Fact]
    public void Observations_that_are_alike_may_be_left_out_together()
    {
        double[] values = [1, 1, 1, 4, 4, 9];
        var (each, alike) = (new JackknifeSums(), new JackknifeSums());
        each.Add(values);
        alike.Add([1, 4, 9], [3, 2, 1]);
        Assert.Equal(each.Acceleration, alike.Acceleration, 1e-12);
        Assert.NotEqual(0, each.Acceleration);
    }

    [Fact]
    public void The_bootstrap_of_means_gives_the_same_numbers_for_the_same_seed_and_covers_the_mean()
    {
        double[] sample = [1, 2, 3, 4, 10];
        var means = new MeanBootstrap(new(5), 4000).Means(sample);
        Assert.Equal(means, new MeanBootstrap(new(5), 4000).Means(sample));
        // The mean of resampled means is the sample's; their variance that of the sample (n) by n.
        Assert.Equal(4, means.Average(), 0.1);
        Assert.Equal(Math.Sqrt(10.0 / 5), Math.Sqrt(means.Average(mean => (mean - 4) * (mean - 4))), 0.05);
    }

    [Fact]
    public void Tails_are_scipys()
    {
        foreach (var golden in StatisticsGolden.At("tails")["chi2"]!.AsArray())
            Assert.Equal(1, Tails.ChiSquared((double)golden![0]!, (double)golden[1]!) / (double)golden[2]!, 1e-9);
        foreach (var golden in StatisticsGolden.At("tails")["f"]!.AsArray())
            Assert.Equal(1, Tails.Fisher((double)golden![0]!, (double)golden[1]!, (double)golden[2]!) / (double)golden[3]!, 1e-9);
    }

    [Fact]
    public void What_cannot_be_said_is_not_a_number()
    {
        Assert.True(double.IsNaN(SampleTests.Welch([0.1, 0.1, 0.1], [0.1, 0.1, 0.1]).PValue));
        Assert.True(double.IsNaN(SampleTests.Welch([1], [2, 3]).PValue));
        Assert.True(double.IsNaN(SampleTests.MannWhitney([1, 1], [1, 1]).PValue));
        Assert.True(double.IsNaN(SampleTests.KruskalWallis([[1, 1], [1, 1]]).PValue));
        Assert.True(double.IsNaN(SampleTests.Anova([[1, 1], [1, 1]]).PValue));
        Assert.True(double.IsNaN(EffectSizes.CohensD([2, 2], [1, 1])));
        Assert.True(double.IsNaN(PairedTests.CorrectedResampledT([0.5, 0.5], 0.1).PValue));
        Assert.Null(BiasCorrection.Interval([1, 2, 3], 5, 0, 0.95));
    }
}
