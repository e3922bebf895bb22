using Orrery.Contracts;
using Orrery.Governance;
using Orrery.Kernel;
using Orrery.Native;
using Xunit;

namespace Orrery.Tests.Unit;

/// <summary>What those see of a result, and of failures, who may not see small groups or rows.</summary>
public sealed class EvaluationMaskTests
{
    private static readonly EvaluationSpec Spec = new() { Task = "binary", MinGroupRows = 2, MinGroupClass = 1 };

    private static readonly EvaluationResult Result = new()
    {
        Task = "binary",
        Rows = 340,
        Metrics = [new() { Name = "accuracy", Value = 0.8 }],
        Slices = [Slice("north", 200, 80), Slice("south", 136, 130), Slice("west", 4, 3)],
        WorstSlices = [new() { Slice = "region", Value = "west", Metric = new() { Name = "accuracy", Value = 0.25 } }],
        Fairness =
        [
            new()
            {
                Attribute = "region",
                Groups = [Group("north", 200, 80), Group("south", 136, 130), Group("west", 4, 3)],
                Metrics = [new() { Name = "demographic_parity_difference", Value = 0.31337, Lower = 0.1, Upper = 0.5 }],
            },
        ],
        Gates =
        [
            new() { Gate = "accuracy >= 0.9", Outcome = "failed", Value = 0.8, Reason = "it is 0.8" },
            new() { Gate = "accuracy@region=west >= 0.9", Outcome = "failed", Value = 0.25, Reason = "it is 0.25" },
            new() { Gate = "demographic_parity_difference(region) <= 0.1", Outcome = "failed", Value = 0.31337, Reason = "it is 0.31337" },
        ],
    };

    [Fact]
    public void Of_groups_below_the_defaults_nothing_is_left()
    {
        var masked = EvaluationMask.Of(Result, Spec);
        // The smallest of the others would tell the size of the one.
        Assert.Equal([200, null, null], masked.Slices.Select(static slice => slice.Rows));
        Assert.Equal("fewer than 30 rows", masked.Slices[2].Undefined);
        Assert.Empty(masked.Slices[2].Metrics);
        Assert.Equal("fewer than 10 negatives", masked.Slices[1].Metrics.Single(static metric => metric.Name == "specificity").Undefined);
        Assert.Equal(0.25, masked.Slices[1].Metrics.Single(static metric => metric.Name == "accuracy").Value);
        Assert.DoesNotContain(masked.WorstSlices, static worst => worst.Value == "west");
        var report = Assert.Single(masked.Fairness);
        Assert.Equal([200, null, null], report.Groups.Select(static group => group.Rows));
        Assert.All(report.Groups[2].Metrics, static metric => Assert.Equal((null, "fewer than 30 rows"), (metric.Value, metric.Undefined)));
        Assert.Null(report.Groups[2].FourFifths);
        Assert.Equal((null, null, "undefined for region=west (fewer than 30 rows)"), (report.Metrics[0].Value, report.Metrics[0].OfDefinedGroups, report.Metrics[0].Undefined));
        Assert.Equal([0.8, null, null], masked.Gates.Select(static gate => gate.Value));
        var unknown = new EvaluationGate { Gate = "recall@a=b >= 0.9", Outcome = "failed", Reason = "The gate names the slice 'a', which is not looked at." };
        Assert.Equal(unknown, EvaluationMask.Gates([unknown], masked)[0]);
        Assert.All(masked.Gates, static gate => Assert.Equal("failed", gate.Outcome));
        var page = EvaluationHtml.Write(Spec, "0193", masked);
        Assert.DoesNotContain("0.313", page, StringComparison.Ordinal);
        Assert.Contains(masked.Notes, static note => note.Contains("left out for you", StringComparison.Ordinal));
    }

    [Fact]
    public void Failures_of_reading_quote_no_cell()
    {
        var told = EvaluationFailures.WithoutValues(Failure.Invalid("features.source_unreadable", "rows.csv cannot be read: Could not convert string 'ada@example.org' to DOUBLE"));
        Assert.StartsWith("rows.csv cannot be read.", told.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("ada@", told.Message, StringComparison.Ordinal);
        Assert.Contains("Conversion", EvaluationFailures.Unreadable(DuckErrorType.Conversion), StringComparison.Ordinal);
        Assert.Equal("No file: x.", EvaluationFailures.WithoutValues(Failure.NotFound("features.file_not_found", "No file: x.")).Message);
    }

    private static EvaluationSlice Slice(string name, long rows, long positives) =>
        new() { Slice = "region", Value = name, Rows = rows, Positives = positives, Metrics = [new() { Name = "accuracy", Value = 0.25 }, new() { Name = "specificity", Value = 0.5 }] };

    private static FairnessGroup Group(string name, long rows, long positives) => new()
    {
        Value = name,
        Rows = rows,
        Positives = positives,
        Metrics = [new() { Name = "selection_rate", Value = 0.5 }, new() { Name = "accuracy", Value = 0.25 }],
        FourFifths = new() { Reference = "north", ImpactRatio = 0.7 },
    };
}
