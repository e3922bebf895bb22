using Orrery.Governance;
using Orrery.Statistics;
using Xunit;

namespace Orrery.Tests.Unit;

/// <summary>Tests of hypotheses, against scipy.</summary>
public sealed class EvaluationTestTests
{
    [Fact]
    public void DeLongs_areas_and_covariance_are_those_of_all_pairs()
    {
        var golden = EvaluationGolden.At("delong");
        var positive = EvaluationGolden.Flags(golden["truth"]);
        var placed = new[] { "a", "b" }.Select(name =>
        {
            var rows = new BinaryRows(EvaluationGolden.Numbers(golden[name]), positive, null, 0.5, hasScores: true);
            var all = Enumerable.Range(0, positive.Length).ToArray();
            return DeLong.Place(rows.Order(), rows.Scores, positive, DeLong.Slots(all, positive, out var positives), positives);
        }).ToArray();
        for (var one = 0; one < 2; one++)
        {
            Assert.Equal((double)golden["auc"]![one]!, placed[one].Auc, 1e-12);
            for (var other = 0; other < 2; other++)
                Assert.Equal((double)golden["covariance"]![one]![other]!, DeLong.Covariance(placed[one], placed[other]), 1e-12);
        }
    }

    [Fact]
    public void McNemars_tests_are_scipys()
    {
        foreach (var golden in EvaluationGolden.At("mcnemar").AsArray())
        {
            var (first, second) = ((long)golden!["b"]!, (long)golden["c"]!);
            Assert.Equal((double)golden["exact"]!, PairedTests.McNemarExact(first, second).PValue, 1e-9);
            Assert.Equal((double)golden["corrected"]!, PairedTests.McNemarCorrected(first, second).PValue, 1e-9);
        }
    }

    [Fact]
    public void The_paired_t_and_wilcoxon_tests_are_scipys()
    {
        foreach (var golden in EvaluationGolden.At("paired").AsArray())
        {
            var differences = EvaluationGolden.Numbers(golden!["differences"]);
            var (t, wilcoxon) = (PairedTests.T(differences), PairedTests.Wilcoxon(differences));
            Assert.Equal((double)golden["t"]!, t.Statistic, 1e-9);
            Assert.Equal((double)golden["t_p"]!, t.PValue, 1e-9);
            Assert.Equal((double)golden["w"]!, wilcoxon.Statistic, 1e-9);
            Assert.Equal((double)golden["w_p"]!, wilcoxon.PValue, 1e-9);
        }
    }

    [Fact]
    public void The_z_test_and_fishers_are_scipys()
    {
        foreach (var golden in EvaluationGolden.At("proportions").AsArray())
        {
            var table = EvaluationGolden.Wholes(golden!["table"]);
            var (z, fisher) = (Proportions.Z(table[0], table[1], table[2], table[3]), Proportions.Fisher(table[0], table[1], table[2], table[3]));
            Assert.Equal((double)golden["z"]!, z.Statistic, 1e-9);
            Assert.Equal((double)golden["z_p"]!, z.PValue, 1e-9);
            Assert.Equal((double)golden["fisher_p"]!, fisher.PValue, 1e-9);
        }

        Assert.Equal("fisher_exact", Proportions.Compare(1, 12, 7, 15).Test);
        Assert.Equal("two_proportion_z", Proportions.Compare(400, 1000, 350, 1000).Test);
    }

    [Fact]
    public void P_values_are_corrected_as_numpy_accumulates_them_and_undefined_ones_are_not_counted()
    {
        var golden = EvaluationGolden.At("adjusted");
        double[] values = [.. EvaluationGolden.Numbers(golden["p"]), double.NaN];
        Assert.Equal([.. EvaluationGolden.Numbers(golden["holm"]), double.NaN], PAdjustment.Of("holm", values), Near);
        Assert.Equal([.. EvaluationGolden.Numbers(golden["benjamini_hochberg"]), double.NaN], PAdjustment.Of("benjamini_hochberg", values), Near);
    }

    private static bool Near(double left, double right) => double.IsNaN(left) ? double.IsNaN(right) : Math.Abs(left - right) < 1e-12;
}
