using System.Globalization;
using System.Text;
using System.Text.Json;
using Orrery.Contracts;
using Xunit;

namespace Orrery.Tests.Unit;

/// <summary>The language of policies: what it says, that it says something of everything, and that it ends.</summary>
public sealed class PolicyExpressionTests
{
    private static readonly JsonElement Facts = JsonElement.Parse("""
        {
          "environment": "production", "time": "2026-11-22T00:00:00Z", "yes": true, "no": false, "nothing": null,
          "risk": { "score": 12, "tier": "low", "triggers": ["pii"] },
          "metrics": [{ "name": "auc", "value": 0.8 }, { "name": "f1", "value": 0.5 }],
          "mixed": [1, "a", null], "numbers": [3, 1, 2], "empty": [], "odd key": { "a.b": 7 },
          "finished": "2026-11-12T00:00:00Z"
        }
        """);

    private static PolicyTruth Of(string text)
    {
        var (expression, error) = PolicyExpression.Parse(text);
        Assert.True(expression is not null, $"{text}: {error?.Position} {error?.Message}");
        return expression.Evaluate(Facts, JsonElement.Parse("""{"limit": 20, "names": ["auc"]}"""));
    }

    [Theory]
    [InlineData("environment == 'production'", PolicyTruth.True)]
    [InlineData("environment != \"production\"", PolicyTruth.False)]
    [InlineData("risk.score < data.limit and risk.score >= 12", PolicyTruth.True)]
    [InlineData("risk.score == '12'", PolicyTruth.False)]
    [InlineData("risk.score < 'a'", PolicyTruth.Unknown)]
    [InlineData("nowhere == 1", PolicyTruth.Unknown)]
    [InlineData("nowhere != 1", PolicyTruth.Unknown)]
    [InlineData("not (nowhere == 1)", PolicyTruth.Unknown)]
    [InlineData("nothing == 1", PolicyTruth.Unknown)]
    [InlineData("nowhere == 1 or yes", PolicyTruth.True)]
    [InlineData("nowhere == 1 and no", PolicyTruth.False)]
    [InlineData("exists(risk.tier) and not exists(risk.nope) and not exists(nothing)", PolicyTruth.True)]
    [InlineData("'pii' in risk.triggers", PolicyTruth.True)]
    [InlineData("'phi' not in risk.triggers", PolicyTruth.True)]
    [InlineData("risk.tier in ['low', 'medium']", PolicyTruth.True)]
    [InlineData("1 in mixed", PolicyTruth.True)]
    [InlineData("2 in mixed", PolicyTruth.Unknown)]
    [InlineData("contains(environment, 'prod')", PolicyTruth.True)]
    [InlineData("contains(risk, 'tier')", PolicyTruth.True)]
    [InlineData("size(metrics) == 2 and size(environment) == 10 and size(empty) == 0", PolicyTruth.True)]
    [InlineData("min(numbers) == 1 and max(numbers) == 3 and sum(numbers) == 6 and sum(empty) == 0", PolicyTruth.True)]
    [InlineData("min(empty) == 0", PolicyTruth.Unknown)]
    [InlineData("sum(mixed) == 1", PolicyTruth.Unknown)]
    [InlineData("min(m in metrics, m.value) == 0.5", PolicyTruth.True)]
    [InlineData("any(m in metrics, m.name in data.names and m.value > 0.7)", PolicyTruth.True)]
    [InlineData("all(m in metrics, m.value > 0.7)", PolicyTruth.False)]
    [InlineData("all(m in empty, no)", PolicyTruth.True)]
    [InlineData("any(m in nowhere, yes)", PolicyTruth.Unknown)]
    [InlineData("any(m in metrics, m.nope > 1)", PolicyTruth.Unknown)]
    [InlineData("count(m in metrics, m.value >= 0.5) == 2", PolicyTruth.True)]
    [InlineData("days_since(finished) == 10", PolicyTruth.True)]
    [InlineData("days_since(environment) > 0", PolicyTruth.Unknown)]
    [InlineData("matches(environment, '^pro.*n$')", PolicyTruth.True)]
    [InlineData("default(nowhere, 5) == 5 and default(risk.score, 5) == 12", PolicyTruth.True)]
    [InlineData("lower('ABC') == 'abc'", PolicyTruth.True)]
    [InlineData("numbers[0] == 3 and numbers[9] == 1", PolicyTruth.Unknown)]
    [InlineData("metrics[1].name == 'f1'", PolicyTruth.True)]
    [InlineData("risk['score'] > -1.5 and risk.score < 1_000", PolicyTruth.True)]
    [InlineData("risk.score", PolicyTruth.Unknown)]
    [InlineData("yes", PolicyTruth.True)]
    [InlineData("not not yes", PolicyTruth.True)]
    [InlineData("yes or no and no", PolicyTruth.True)]
    [InlineData("'it\\'s' == \"it's\"", PolicyTruth.True)]
    [InlineData("risk == risk", PolicyTruth.Unknown)]
    public void It_says(string text, PolicyTruth truth) => Assert.Equal(truth, Of(text));

    [Theory]
    [InlineData("", 0, "empty")]
    [InlineData("a = 1", 2, "write '=='")]
    [InlineData("a ==", 4, "where a value should")]
    [InlineData("a == 1 b", 7, "should end")]
    [InlineData("a < b < c", 6, "do not chain")]
    [InlineData("nope(a)", 0, "no function 'nope'")]
    [InlineData("exists(1)", 7, "takes a path")]
    [InlineData("contains(a)", 0, "takes 2 values, not 1")]
    [InlineData("matches(a, b)", 11, "text in quotes")]
    [InlineData("matches(a, '(')", 11, "pattern cannot be used")]
    [InlineData("matches(a, '(?=b)')", 11, "pattern cannot be used")]
    [InlineData("'abc", 0, "no closing quote")]
    [InlineData("a @ b", 2, "'@' is not part")]
    [InlineData("(a", 2, "')' should")]
    [InlineData("any(x in a, any(x in b, x))", 16, "is taken")]
    [InlineData("a.1", 2, "comes a name")]
    [InlineData("12ab", 2, "a letter begins")]
    public void A_wrong_text_is_told_with_its_place(string text, int position, string told)
    {
        var (expression, error) = PolicyExpression.Parse(text);
        Assert.Null(expression);
        Assert.Equal(position, error!.Position);
        Assert.Contains(told, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void It_names_what_it_missed()
    {
        var (truth, missing) = PolicyExpression.Parse("a.b == 1 or c['d'] > 2 or exists(e)").Expression!.Explain(Facts);
        Assert.Equal(PolicyTruth.Unknown, truth);
        Assert.Equal(["a.b", "c.d"], missing);
        Assert.Empty(PolicyExpression.Parse("a.b == 1 or yes").Expression!.Explain(Facts).Missing);
    }

    [Fact]
    public void Deep_and_huge_texts_are_refused_and_break_nothing()
    {
        foreach (var text in new[]
        {
            new string('(', 3_000), new string('[', 3_000), string.Concat(Enumerable.Repeat("not ", 900)) + "yes", new string('a', 5_000),
            string.Concat(Enumerable.Repeat("default(", 400)), new string('\'', 4_000), string.Concat(Enumerable.Repeat("- ", 1_900)), string.Concat(Enumerable.Repeat("a.", 1_900)), new string('\0', 100), "\ud800",
        })
            Assert.NotNull(PolicyExpression.Parse(text).Error);
        Assert.Equal(PolicyTruth.True, Of(string.Join(" and ", Enumerable.Repeat("yes", 400))));
    }

    [Fact]
    public void A_budget_ends_what_would_take_too_long()
    {
        var many = JsonSerializer.SerializeToElement(new Dictionary<string, int[]> { ["a"] = [.. Enumerable.Range(0, 500)] });
        var (truth, missing) = PolicyExpression.Parse("not any(x in a, any(y in a, any(z in a, x + 1 == 0)))".Replace("x + 1 == 0", "x == -1", StringComparison.Ordinal)).Expression!.Explain(many);
        Assert.Equal(PolicyTruth.Unknown, truth);
        Assert.Contains("too many steps", Assert.Single(missing), StringComparison.Ordinal);
    }

    [Fact]
    public void A_pattern_that_others_hang_on_takes_no_time()
    {
        var facts = JsonSerializer.SerializeToElement(new Dictionary<string, string> { ["a"] = new string('a', 9_000) + "!" });
        Assert.Equal(PolicyTruth.False, PolicyExpression.Parse("matches(a, '^(a+)+$')").Expression!.Evaluate(facts));
    }

    [Fact]
    public void Of_any_text_it_says_something_or_where_it_is_wrong()
    {
        var random = new Random(20261122);
        string[] words = ["yes", "no", "risk.score", "nowhere", "1", "'a'", "and", "or", "not", "in", "(", ")", "[", "]", ",", ".", "==", "<", "any(x in metrics,", "x.value", "exists(", "size(", "sum(", "default(", "-", "matches(environment,", "\u00e9", "\"", " "];
        for (var round = 0; round < 20_000; round++)
        {
            var text = new StringBuilder();
            for (var at = random.Next(1, 14); at > 0; at--)
                text.Append(words[random.Next(words.Length)]).Append(random.Next(3) == 0 ? "" : " ");
            var (expression, error) = PolicyExpression.Parse(text.ToString());
            Assert.True(expression is null != error is null);
            if (error is not null)
                Assert.InRange(error.Position, 0, text.Length);
            _ = expression?.Evaluate(Facts);
        }
    }

    [Fact]
    public void Boolean_logic_is_as_a_table_says()
    {
        var random = new Random(7);
        for (var round = 0; round < 5_000; round++)
        {
            var (text, truth) = Draw(random, 5);
            Assert.True(Of(text) == truth, text);
        }
    }

    // An oracle of its own: false is 0, unknown is 1/2, true is 1; 'and' is the least, 'or' the greatest, 'not' what is left to 1.
    private static (string Text, PolicyTruth Truth) Draw(Random random, int depth)
    {
        var (text, value) = DrawValue(random, depth);
        return (text, value switch { 0 => PolicyTruth.False, 1 => PolicyTruth.True, _ => PolicyTruth.Unknown });
    }

    private static (string Text, double Value) DrawValue(Random random, int depth)
    {
        switch (depth == 0 ? 0 : random.Next(4))
        {
            case 1:
                var (inner, of) = DrawValue(random, depth - 1);
                return ($"not ({inner})", 1 - of);
            case 2 or 3:
                var isAnd = random.Next(2) == 0;
                var parts = Enumerable.Range(0, random.Next(2, 4)).Select(_ => DrawValue(random, depth - 1)).ToList();
                return ("(" + string.Join(isAnd ? ") and (" : ") or (", parts.Select(static one => one.Text)) + ")", isAnd ? parts.Min(static one => one.Value) : parts.Max(static one => one.Value));
            default:
                return random.Next(3) switch { 0 => ("yes", 1), 1 => ("no", 0), _ => ("nowhere", 0.5) };
        }
    }

    [Fact]
    public void Numbers_are_read_the_same_in_every_culture()
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            var german = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            (german.NumberFormat.NumberDecimalSeparator, german.NumberFormat.NumberGroupSeparator) = (",", ".");
            CultureInfo.CurrentCulture = german;
            Assert.Equal(PolicyTruth.True, Of("0.5 < 1 and sum(numbers) == 6"));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
