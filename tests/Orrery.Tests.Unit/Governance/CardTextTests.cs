using System.Text.Json;
using Orrery.Contracts;
using Orrery.Governance;
using Xunit;

namespace Orrery.Tests.Unit;

/// <summary>Cards as documents, of texts that mean harm.</summary>
public sealed class CardTextTests
{
    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("<img src=x onerror=alert(1)>")]
    [InlineData("[click](javascript:alert(1))")]
    [InlineData("[click]( JaVaScRiPt:alert(1))")]
    [InlineData("[click](data:text/html;base64,PHNjcmlwdD4=)")]
    [InlineData("<javascript:alert(1)>")]
    [InlineData("![see](https://spy.example/pixel.png)")]
    [InlineData("[a]: javascript:alert(1)\n\n[a]")]
    [InlineData("\"><svg onload=alert(1)>")]
    [InlineData("| a |\n|---|\n| <b onclick=x> |")]
    public void What_people_wrote_runs_and_fetches_nothing(string markdown)
    {
        var html = CardHtml.Write(Card("people", JsonSerializer.SerializeToElement(markdown)));

        var body = html[html.IndexOf("<main>", StringComparison.Ordinal)..];
        foreach (var evil in new[] { "<script", "<img", "<svg", "<b ", "href=\"javascript", "href=\"data" })
            Assert.DoesNotContain(evil, body, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Names_of_records_are_text()
    {
        var value = JsonSerializer.SerializeToElement(new[] { new Dictionary<string, object> { ["<i>name"] = "</td><script>", ["value"] = 1.5 } });

        var html = CardHtml.Write(Card("records", value));

        Assert.Contains("&lt;i&gt;name", html, StringComparison.Ordinal);
        Assert.Contains("&lt;/td&gt;&lt;script&gt;", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Markdown_stays_on_its_line_and_its_front_is_yaml()
    {
        var value = JsonSerializer.SerializeToElement(new Dictionary<string, string> { ["a|b"] = "x\n# not a title" });

        var text = CardMarkdown.Write(Card("records", value) with { Model = "churn: \"quoted\"\n---" });

        Assert.StartsWith("---\n", text, StringComparison.Ordinal);
        Assert.Contains("- **a\\|b**: x # not a title\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\n# not a title", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("regression", "tabular-regression")]
    [InlineData("binary", "tabular-classification")]
    [InlineData("multiclass", "tabular-classification")]
    public void The_front_says_the_task_of_the_evaluation_and_of_nothing_that_it_is_verified(string task, string expected)
    {
        var card = Card("records", null) with
        {
            Sections =
            [
                new()
                {
                    Name = "evaluation", Title = "Evaluation",
                    Fields =
                    [
                        new() { Path = "evaluation.data", Title = "Data", Origin = "records", Value = JsonElement.Parse($$"""{"rows": 60, "task": "{{task}}"}""") },
                        new() { Path = "evaluation.performance", Title = "Performance", Origin = "records", Value = JsonElement.Parse("""[{"name": "rmse", "value": 1.5}]""") },
                    ],
                },
            ],
        };

        var text = CardMarkdown.Write(card);

        Assert.Contains($"type: {expected}\n", text, StringComparison.Ordinal);
        Assert.Contains("value: 1.5", text, StringComparison.Ordinal);
        Assert.DoesNotContain("verified", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_form_lets_the_records_fill_most_of_it()
    {
        var byRecords = CardForm.Fields.Count(static one => !one.Value.FromPeople);

        Assert.True(byRecords >= 0.7 * CardForm.Fields.Count, $"{byRecords} of {CardForm.Fields.Count}");
        Assert.All(CardForm.Fields, static one => Assert.True(one.Value.FromPeople || one.Value.RequiredFrom is null));
    }

    [Fact]
    public void Cards_that_say_the_same_have_the_same_hash_and_no_difference()
    {
        var one = Card("records", JsonElement.Parse("""{"b": 1.0, "a": [2]}"""));
        var same = Card("records", JsonElement.Parse("""{"a":[2.0],"b":1}"""));
        var other = Card("records", JsonElement.Parse("""{"a":[3],"b":1}"""));

        Assert.Equal(ModelCards.Canonical(one), ModelCards.Canonical(same));
        Assert.Empty(CardDiffs.Between(one, same).Changes);
        Assert.Equal(("training.metrics", "changed"), (CardDiffs.Between(one, other).Changes.Single().Path, CardDiffs.Between(one, other).Changes.Single().Kind));
        Assert.Equal("removed", CardDiffs.Between(one, Card("records", null)).Changes.Single().Kind);
        Assert.Equal("added", CardDiffs.Between(Card("records", null), one).Changes.Single().Kind);
    }

    private static ModelCard Card(string origin, JsonElement? value) => new()
    {
        Model = "churn",
        Version = "1",
        Tier = "high",
        Sections = [new() { Name = "training", Title = "Training", Fields = [new() { Path = "training.metrics", Title = "Figures", Origin = origin, Value = value, Source = "run:<b>" }] }],
    };
}
