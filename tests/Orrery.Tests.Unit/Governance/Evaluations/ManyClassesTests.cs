using System.Diagnostics;
using Orrery.Governance;
using Orrery.Serving;
using Orrery.Statistics;
using Xunit;

namespace Orrery.Tests.Unit;

/// <summary>Labels of many values.</summary>
public sealed class ManyClassesTests
{
    [Fact]
    public void Averages_of_many_classes_take_one_look_at_the_matrix_and_see_what_changed_since()
    {
        const int Classes = 1000;
        var counts = new ClassCounts(Classes);
        for (var one = 0; one < Classes; one++)
            (counts[one, one], counts[one, (one + 1) % Classes]) = (3, 1);
        var watch = Stopwatch.StartNew();
        var values = ClassMetrics.Values(counts).ToDictionary(static one => one.Name, static one => one.Value);
        // The cube of a thousand takes a hundred times as long.
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"{watch.Elapsed}");
        Assert.All(["accuracy", "precision_macro", "recall_weighted", "f1_macro"], name => Assert.Equal(0.75, values[name], 1e-12));
        counts[0, 0] = 0;
        Assert.Equal((3.0 * 999) / (4000 - 3), counts.Accuracy, 1e-12);
    }

    [Fact]
    public void Resampling_ends_when_it_is_told_to()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() => ClassMetrics.Of(new(2, [0, 1, 1], [0, 1, 0], null, null), [0, 1, 2], "all", new ResamplePlan(1, 200, 0.95) { Cancel = source.Token }));
    }

    [Fact]
    public void Probabilities_beyond_the_budget_are_refused_with_what_to_do_and_those_of_the_truth_alone_need_none()
    {
        string[] classes = ["a", "b", "c", "d"];
        var scores = new Scores(2, [new ScoreOutput("probabilities", 4, [0.7, 0.1, 0.1, 0.1, 0, 0, 1, 0], null)]);
        var refused = new VersionSays("multiclass", classes, 0, 1000, budget: 8000).Take(scores, 0, [0, 1]).Failure!;
        Assert.Equal("governance.evaluation_output", refused.Code);
        Assert.Contains("16000 bytes, more than 8000; evaluate it on at most 500 rows", refused.Message, StringComparison.Ordinal);
        var kept = new VersionSays("multiclass", classes, 0, 1000, budget: 16_000);
        Assert.True(kept.Take(scores, 0, [0, 1]).Succeeded);
        Assert.Equal(4000, kept.Probabilities!.Length);
        var other = new VersionSays("multiclass", classes, 0, 1000, budget: 0);
        Assert.True(other.Take(scores, 0, [0, 1]).Succeeded);
        Assert.Equal((null, 0.7, 2), (other.Probabilities, other.Numbers[0], other.Codes[1]));
    }

    [Fact]
    public void A_label_that_the_model_makes_up_is_not_repeated()
    {
        var refused = new VersionSays("binary", ["no", "yes"], 1, 1, 0).Take(new(1, [new("label", 1, null, ["ada@example.org"])]), 0, default).Failure!;
        Assert.DoesNotContain("ada", refused.Message, StringComparison.Ordinal);
    }
}
