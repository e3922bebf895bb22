using System.Globalization;
using System.Xml.Linq;
using Orrery.Contracts;
using Orrery.Governance;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Unit;

/// <summary>Plots and pages of evaluations, and what a crash leaves behind.</summary>
public sealed class EvaluationReportTests
{
    private const string Hostile = "<script>alert('x')</script>";
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    private static readonly EvaluationResult Result = new()
    {
        Task = "binary",
        Classes = ["no", Hostile],
        Rows = 1000,
        Confidence = 0.95,
        Confusion = [[75, 25], [0, 0]],
        Metrics = [new() { Name = "accuracy", Value = 0.7, Lower = 0.6, Upper = 0.8, Method = "bca" }, new() { Name = "auc", Undefined = Hostile }],
        Slices =
        [
            new() { Slice = "contract", Value = Hostile, Rows = 600, Metrics = [new() { Name = "accuracy", Value = 0.6, Lower = 0.5, Upper = 0.65 }] },
            new() { Slice = "contract", Value = "yearly", Rows = 400, Metrics = [new() { Name = "accuracy", Value = 0.85, Lower = 0.8, Upper = 0.9 }] },
            new() { Slice = "contract", Value = "weekly", Undefined = "10 rows; 30 are needed" },
        ],
        Gates = [new() { Gate = "accuracy >= 0.9", Outcome = "failed", Reason = "it is 0.7" }],
    };

    [Fact]
    public void A_confusion_matrix_is_drawn_with_weights_and_shares_of_the_truth()
    {
        var plot = XDocument.Parse(ConfusionPlot.Of(Result)!);
        var texts = plot.Descendants(Svg + "text").Select(static text => text.Value).ToList();
        Assert.Contains("75 %", texts);
        Assert.Contains("25 %", texts);
        Assert.Contains("<script>alert('x'…", texts);
        Assert.Equal(["0.75", "0.25", "0", "0"], plot.Descendants(Svg + "rect").Skip(1).Select(static cell => cell.Attribute("fill-opacity")!.Value));
        Assert.Null(ConfusionPlot.Of(new() { Task = "regression" }));
    }

    [Fact]
    public void Slices_are_drawn_as_points_on_their_intervals_in_one_scale()
    {
        var plot = XDocument.Parse(ForestPlot.Of(Result, "accuracy")!);
        var points = plot.Descendants(Svg + "circle").Select(static point => Number(point, "cx")).ToList();
        var lines = plot.Descendants(Svg + "line").Where(static line => (string?)line.Attribute("stroke") == "#1f5fa8").Select(static line => (From: Number(line, "x1"), To: Number(line, "x2"))).ToList();
        Assert.Equal(2, points.Count);
        // 0.5 to 0.9 are all of the scale, less what is left at its ends.
        Assert.Equal((0.65 - 0.5) / (0.9 - 0.5), (lines[0].To - lines[0].From) / (lines[1].To - lines[0].From), 1e-3);
        Assert.Equal((0.6 - 0.5) / (0.65 - 0.5), (points[0] - lines[0].From) / (lines[0].To - lines[0].From), 1e-2);
        var whole = plot.Descendants(Svg + "line").Single(static line => (string?)line.Attribute("stroke") == "#a33");
        Assert.InRange(Number(whole, "x1"), lines[0].To, lines[1].From);
        Assert.Null(ForestPlot.Of(Result, "auc"));
    }

    [Fact]
    public void A_page_shows_everything_and_runs_nothing_of_what_data_and_people_wrote()
    {
        var page = EvaluationHtml.Write(new() { Model = Hostile, Version = "3", Label = "churned" }, "0193", Result);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        Assert.Contains("accuracy &gt;= 0.9", page, StringComparison.Ordinal);
        Assert.Contains("undefined: 10 rows; 30 are needed", page, StringComparison.Ordinal);
        Assert.Contains("confusion matrix", page, StringComparison.Ordinal);
        Assert.Contains("accuracy by slice", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Folders_that_a_crash_left_go_at_the_start_when_nothing_was_written_to_them_for_a_day()
    {
        var time = new FakeTimeProvider();
        var parent = Directory.CreateTempSubdirectory("orrery-scratch-");
        try
        {
            var (left, busy, fresh) = (parent.CreateSubdirectory("left"), parent.CreateSubdirectory("busy"), parent.CreateSubdirectory("fresh"));
            foreach (var folder in new[] { left, busy, fresh })
                await File.WriteAllTextAsync(Path.Combine(folder.CreateSubdirectory("spill").FullName, "rows.parquet"), "x", TestContext.Current.CancellationToken);
            var (old, now) = (time.GetUtcNow().UtcDateTime.AddHours(-25), time.GetUtcNow().UtcDateTime.AddHours(-1));
            foreach (var one in parent.EnumerateFileSystemInfos("*", SearchOption.AllDirectories))
                one.LastWriteTimeUtc = one.FullName.Contains("fresh", StringComparison.Ordinal) || (one.Name == "rows.parquet" && one.FullName.Contains("busy", StringComparison.Ordinal)) ? now : old;

            await new ScratchCleaning([parent.FullName, Path.Combine(parent.FullName, "none")], time).StartAsync(TestContext.Current.CancellationToken);

            Assert.Equal(["busy", "fresh"], parent.EnumerateDirectories().Select(static one => one.Name).Order());
        }
        finally
        {
            parent.Delete(recursive: true);
        }
    }

    private static double Number(XElement element, string name) => double.Parse(element.Attribute(name)!.Value, CultureInfo.InvariantCulture);
}
