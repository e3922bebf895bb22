using System.Text;
using System.Text.Json.Nodes;
using Orrery.Contracts;
using Orrery.Delivery;
using Orrery.Kernel;
using Xunit;

namespace Orrery.Tests.Unit;

public sealed class PredictionComparingTests
{
    private static readonly PredictionComparing Comparing = new(0.25, 0.5);

    [Theory]
    [InlineData("2.75", "2", false)] // 0.75 <= 0.25 + 0.5 * 2
    [InlineData("3.25", "2", false)] // 1.25 <= 1.25
    [InlineData("3.375", "2", true)]
    [InlineData("2", "4.5", false)] // 2.5 <= 0.25 + 2.25: relative to the new version's
    [InlineData("4.5", "2", true)]
    [InlineData("\"a\"", "\"a\"", false)]
    [InlineData("\"a\"", "\"b\"", true)]
    [InlineData("\"1\"", "1", true)]
    [InlineData("true", "true", false)]
    [InlineData("null", "1", true)]
    [InlineData("[1, 2]", "[1, 2.5]", false)]
    [InlineData("[1, 2]", "[1, 2, 3]", true)]
    [InlineData("[1]", "1", false)]
    [InlineData("{\"p\": [0.5], \"l\": \"x\"}", "{\"l\": \"x\", \"p\": [0.5]}", false)]
    [InlineData("{\"p\": 1}", "{\"p\": 1, \"l\": \"x\"}", true)]
    public void Labels_are_equal_and_numbers_within_tolerance_of_the_new_one(string old, string fresh, bool differs) =>
        Assert.Equal(differs, Comparing.Of(JsonNode.Parse(old), JsonNode.Parse(fresh)).Reason is not null);

    [Fact]
    public void The_largest_difference_is_told_even_when_it_agrees()
    {
        Assert.Equal(0.5, Comparing.Of(JsonNode.Parse("[1, 2]"), JsonNode.Parse("[1, 2.5]")).Largest);
        Assert.Null(Comparing.Of(JsonNode.Parse("\"a\""), JsonNode.Parse("\"b\"")).Largest);
        Assert.Equal("prediction.p[1] differs", Comparing.Of(JsonNode.Parse("{\"p\": [1, 9]}"), JsonNode.Parse("{\"p\": [1, 2]}")).Reason);
    }

    [Theory]
    [InlineData("{\"predictions\": [7]}", null, "7")]
    [InlineData("{\"predictions\": [{\"label\": 1, \"p\": 0.5}]}", "label", "1")]
    [InlineData("{\"predictions\": {\"label\": [1], \"p\": [0.5]}}", null, "{\"label\":1,\"p\":0.5}")]
    [InlineData("{\"predictions\": [1, 2]}", null, null)]
    [InlineData("{\"outputs\": [1]}", null, null)]
    [InlineData("<html>", null, null)]
    public void One_prediction_is_read_of_an_answer_for_one_row(string answer, string? output, string? prediction)
    {
        var read = BothSides.Read(Encoding.UTF8.GetBytes(answer), TimeSpan.Zero, output);
        Assert.Equal(prediction, read.Failed(out var problem, out var told) ? null : told.Prediction!.ToJsonString());
        Assert.Equal(prediction is null ? "delivery.no_prediction" : null, problem?.Code);
    }

    [Fact]
    public void Rows_without_an_answer_do_not_agree_and_the_worst_come_first()
    {
        var figures = new ComparisonFigures(new PredictionComparing(0, 0));
        for (var row = 0; row < 20; row++)
            figures.Add($"{{\"x\": {row}}}", Said(row), Said(row % 2 == 0 ? row : row * 3));
        figures.Add(new string('x', 400), Failure.Conflict("serving.endpoint_failed", "no"), Said(1));
        var end = figures.End(new ModelMigrationComparison());
        Assert.Equal((21, 10, 38.0), (end.Rows, end.Agreed, end.LargestDifference!.Value));
        Assert.Equal(10 / 21.0, end.Agreement);
        Assert.Equal(10.0, end.MeanDifference); // (2 + 6 + ... + 38) / 20
        Assert.Equal([20, 19, 17, 15, 13, 11, 9, 7, 5, 3], end.Worst.Select(static row => row.Row));
        Assert.Equal((1, "no", 303), (end.Old.Errors, end.Old.FirstError, end.Worst[0].Inputs!.Length));
        Assert.Equal((0, 5.0), (end.New.Errors, end.New.P95Ms!.Value));
    }

    private static Result<(JsonNode? Prediction, TimeSpan Elapsed)> Said(double value) => (JsonValue.Create(value), TimeSpan.FromMilliseconds(5));
}
