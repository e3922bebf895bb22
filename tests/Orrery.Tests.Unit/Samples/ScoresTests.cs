using Churn;
using Xunit;

namespace Orrery.Tests.Unit;

/// <summary>Small cases worked by hand; the sample's own rows are compared with scikit-learn in the integration tests.</summary>
public sealed class ScoresTests
{
    private static readonly int[] Labels = [0, 0, 1, 1];

    [Fact]
    public void Auc_counts_the_pairs_that_are_in_order() =>
        Assert.Equal(0.75, Roc.Auc(Labels, [0.1, 0.4, 0.35, 0.8]), 12);

    [Fact]
    public void Auc_counts_ties_half() =>
        Assert.Equal(0.875, Roc.Auc(Labels, [0.1, 0.5, 0.5, 0.8]), 12);

    [Fact]
    public void Auc_of_equal_scores_is_a_half() =>
        Assert.Equal(0.5, Roc.Auc(Labels, [1, 1, 1, 1]), 12);

    [Fact]
    public void Auc_of_one_label_is_refused() =>
        Assert.Throws<ArgumentException>(() => Roc.Auc([1, 1], [0.2, 0.3]));

    [Fact]
    public void The_roc_curve_has_a_point_for_each_distinct_score() =>
        Assert.Equal([new Point(0, 0), new Point(0, 0.5), new Point(0.5, 1), new Point(1, 1)], Roc.Curve(Labels, [0.1, 0.5, 0.5, 0.8]));

    [Fact]
    public void Scores_follow_the_confusion_matrix()
    {
        var scores = Scores.Of([1, 1, 1, 0, 0, 0], [0.9, 0.6, 0.2, 0.7, 0.5, 0.1]);

        Assert.Equal(4.0 / 6, scores.Accuracy, 12);     // 2 hits, 1 miss, 1 false alarm; 0.5 is not above the threshold
        Assert.Equal(2.0 / 3, scores.Precision, 12);
        Assert.Equal(2.0 / 3, scores.Recall, 12);
        Assert.Equal(2.0 / 3, scores.F1, 12);
        Assert.Equal((0.01 + 0.16 + 0.64 + 0.49 + 0.25 + 0.01) / 6, scores.Brier, 12);
    }

    [Fact]
    public void Precision_without_alarms_is_zero() =>
        Assert.Equal(0, Scores.Of([0, 1], [0.1, 0.2]).Precision);

    [Fact]
    public void Calibration_bins_hold_their_edges_from_below_and_one_in_the_last()
    {
        var bins = CalibrationBin.Of([0, 1, 1], [0.0, 0.5, 1.0], bins: 2);

        Assert.Equal([new CalibrationBin(1, 0, 0), new CalibrationBin(2, 0.75, 1)], bins);
        Assert.Equal(2 * 0.25 / 3, CalibrationBin.ExpectedError(bins), 12);
    }
}
