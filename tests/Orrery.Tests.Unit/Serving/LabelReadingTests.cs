using System.Text.Json;
using Orrery.Serving;
using Xunit;

namespace Orrery.Tests.Unit.Serving;

/// <summary>Lists of labels: what is taken, and what is refused row by row.</summary>
public sealed class LabelReadingTests
{
    private const string Id = "019a5d3cfa007abc8def0123456789ab";

    [Theory]
    [InlineData("1", "1")]
    [InlineData("1.0", "1")]
    [InlineData("1e0", "1")]
    [InlineData("-0.25", "-0.25")]
    [InlineData("true", "true")]
    [InlineData("\"churn\"", "\"churn\"")]
    [InlineData("\"\"", "\"\"")]
    public void A_label_has_one_form(string json, string form) => Assert.Equal(form, Assert.Single(Read($$"""[{"prediction_id": "{{Id}}", "label": {{json}}}]""").Labels).Label);

    [Theory]
    [InlineData("""{"prediction_id": "x", "label": 1}""", "serving.invalid_prediction_id")]
    [InlineData("""{"label": 1}""", "serving.invalid_prediction_id")]
    [InlineData("""{"prediction_id": "1f0e3dad99908345f7439f8ffabdffc4", "label": 1}""", "serving.invalid_prediction_id")]
    [InlineData("""{"prediction_id": "019a5d3cfa007abc8def0123456789ab"}""", "serving.invalid_label")]
    [InlineData("""{"prediction_id": "019a5d3cfa007abc8def0123456789ab", "label": null}""", "serving.invalid_label")]
    [InlineData("""{"prediction_id": "019a5d3cfa007abc8def0123456789ab", "label": [1]}""", "serving.invalid_label")]
    [InlineData("""{"prediction_id": "019a5d3cfa007abc8def0123456789ab", "label": 1e999}""", "serving.invalid_label")]
    [InlineData("""{"prediction_id": "019a5d3cfa007abc8def0123456789ab", "label": "a\u0000b"}""", "serving.invalid_label")]
    [InlineData("""{"prediction_id": "019a5d3cfa007abc8def0123456789ab", "label": "\ud800"}""", "serving.invalid_label")]
    [InlineData("""{"prediction_id": "019a5d3cfa007abc8def0123456789ab", "label": 1, "row": -1}""", "serving.invalid_row")]
    [InlineData("""{"prediction_id": "019a5d3cfa007abc8def0123456789ab", "label": 1, "row": "0"}""", "serving.invalid_row")]
    [InlineData("""{"prediction_id": "019a5d3cfa007abc8def0123456789ab", "label": 1, "at": "now"}""", "serving.invalid_time")]
    [InlineData("""{"prediction_id": "019a5d3cfa007abc8def0123456789ab", "label": 1, "at": 99999999999999999}""", "serving.invalid_time")]
    [InlineData("7", "serving.invalid_label")]
    public void A_wrong_row_is_told_and_the_others_are_taken(string row, string code)
    {
        var (labels, faults) = Read($$"""[{{row}}, {"prediction_id": "{{Id}}", "label": 2, "row": 1, "at": 5}]""");

        Assert.Equal(new LabelRow(Id, 1, "2", 5), Assert.Single(labels));
        Assert.Equal((0, code), (Assert.Single(faults).Index, faults[0].Code));
    }

    [Fact]
    public void The_same_row_twice_is_once_or_a_fault()
    {
        var (labels, faults) = Read($$"""[{"prediction_id": "{{Id}}", "label": 1}, {"prediction_id": "{{Guid.ParseExact(Id, "N"):D}}", "label": 1.0}, {"prediction_id": "{{Id}}", "label": 0}]""");

        Assert.Single(labels);
        Assert.Equal((2, "serving.label_twice"), (Assert.Single(faults).Index, faults[0].Code));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("1")]
    public void What_is_no_list_is_refused(string json)
    {
        using var document = JsonDocument.Parse(json);
        Assert.True(LabelReading.Read(document.RootElement).Failed(out var failure, out _));
        Assert.Equal("serving.invalid_labels", failure.Code);
    }

    [Fact]
    public void Ten_thousand_are_taken_and_one_more_is_not()
    {
        Assert.Equal(LabelReading.Most, Read(Many(LabelReading.Most)).Labels.Count);
        using var document = JsonDocument.Parse(Many(LabelReading.Most + 1));
        Assert.True(LabelReading.Read(document.RootElement).Failed(out _, out _));
    }

    private static string Many(int count) => $"[{string.Join(',', Enumerable.Range(0, count).Select(static row => $$"""{"prediction_id": "{{Id}}", "label": 1, "row": {{row}}}"""))}]";

    private static (List<LabelRow> Labels, List<Orrery.Contracts.LabelFault> Faults) Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        Assert.False(LabelReading.Read(document.RootElement).Failed(out var failure, out var read), failure?.Message);
        return read;
    }
}
