using System.Globalization;
using Orrery.Governance;
using Xunit;

namespace Orrery.Tests.Unit;

/// <summary>GOV-01, GOV-02 and GOV-09: each boundary and each trigger decides alone.</summary>
public sealed class RiskScoreTests
{
    /// <summary>Answers that give nothing at all.</summary>
    private static Dictionary<string, string> Harmless() => new(StringComparer.Ordinal)
    {
        ["financial_impact"] = "0",
        ["criticality"] = "none",
        ["people_affected"] = "0",
        ["autonomy"] = "no_decision",
        ["personal_data"] = "none",
        ["confidentiality"] = "public",
        ["regulated_domain"] = "none",
        ["prohibited_practice"] = "none",
        ["explanation_owed"] = "nobody",
        ["opacity"] = "transparent",
    };

    [Theory]
    [InlineData(14, "low", "criticality=important;people_affected=1000;confidentiality=internal;personal_data=pseudonymous;explanation_owed=colleagues")]
    [InlineData(15, "medium", "criticality=supporting;people_affected=1000;personal_data=none;confidentiality=confidential;opacity=explained;explanation_owed=colleagues;financial_impact=5000;known=regulatory_scope:2")]
    [InlineData(29, "medium", "autonomy=alone;personal_data=special;explanation_owed=always")]
    [InlineData(30, "high", "criticality=critical;autonomy=alone;personal_data=special")]
    public void Tiers_begin_at_fifteen_and_thirty(int score, string tier, string changes)
    {
        var answers = Harmless();
        var known = new List<KnownRisk>();
        foreach (var change in changes.Split(';').Select(static one => one.Split('=')))
        {
            if (change[0] == "known")
                known.Add(new(change[1].Split(':')[0], "fact", "found", int.Parse(change[1].Split(':')[1], CultureInfo.InvariantCulture)));
            else
                answers[change[0]] = change[1];
        }

        var sum = RiskScore.Measure(answers, known).Sum(static one => one.Score);

        Assert.Equal((score, tier), (sum, RiskScore.Tier(sum)));
    }

    [Theory]
    [InlineData(0, "low")]
    [InlineData(14, "low")]
    [InlineData(15, "medium")]
    [InlineData(29, "medium")]
    [InlineData(30, "high")]
    [InlineData(50, "high")]
    public void A_score_has_one_tier(int score, string tier) => Assert.Equal(tier, RiskScore.Tier(score));

    [Fact]
    public void What_nobody_answered_counts_ten_and_never_nothing()
    {
        var none = RiskScore.Measure(new Dictionary<string, string>(), []);
        Assert.Equal(50, none.Sum(static one => one.Score));
        Assert.All(none.SelectMany(static one => one.Evidence), static one => Assert.Equal(("unanswered", 10), (one.Source, one.Score)));

        foreach (var question in Harmless().Keys)
        {
            var answers = Harmless();
            answers.Remove(question);
            Assert.Equal(10, RiskScore.Measure(answers, []).Sum(static one => one.Score));
        }
    }

    [Fact]
    public void An_answer_that_the_questionnaire_does_not_know_any_more_is_none()
    {
        var answers = Harmless();
        answers["autonomy"] = "robots";
        Assert.Equal(10, RiskScore.Measure(answers, []).Single(static one => one.Name == "customer_exposure").Score);
    }

    [Fact]
    public void A_dimension_is_the_worst_of_its_evidence_and_facts_lower_nothing()
    {
        var answers = Harmless();
        answers["personal_data"] = "personal";
        var measured = RiskScore.Measure(answers, [new("data_sensitivity", "pii_columns", "customer:email", 2), new("customer_exposure", "requests_per_day", "up to 1000 a day", 99)]);

        var data = measured.Single(static one => one.Name == "data_sensitivity");
        Assert.Equal((7, "personal_data"), (data.Score, data.Evidence[0].Name));
        Assert.Equal(10, measured.Single(static one => one.Name == "customer_exposure").Score);
    }

    [Theory]
    [InlineData("personal_data", "personal", "pii")]
    [InlineData("personal_data", "special", "pii")]
    [InlineData("financial_impact", "1000000.01", "financial_impact")]
    [InlineData("regulated_domain", "other", "regulated_domain")]
    [InlineData("regulated_domain", "credit, health", "regulated_domain")]
    [InlineData("criticality", "critical", "critical_system")]
    public void Each_trigger_decides_alone_at_a_low_score(string question, string answer, string trigger)
    {
        var answers = Harmless();
        Assert.Empty(RiskScore.Trigger(answers, []));
        answers[question] = answer;

        var found = RiskScore.Trigger(answers, []);

        Assert.Equal([trigger], found.Select(static one => one.Name));
        Assert.Contains(question, found[0].Reason, StringComparison.Ordinal);
        Assert.Equal("low", RiskScore.Tier(RiskScore.Measure(answers, []).Sum(static one => one.Score)));
    }

    [Fact]
    public void The_first_production_decides_alone_though_it_has_no_points()
    {
        var fact = new KnownRisk(null, "first_production", "no version was ever in production", 0) { Trigger = "first_production" };
        Assert.Equal(["first_production"], RiskScore.Trigger(Harmless(), [fact]).Select(static one => one.Name));
        Assert.Equal(0, RiskScore.Measure(Harmless(), [fact]).Sum(static one => one.Score));
    }

    [Theory]
    [InlineData("1000000")]
    [InlineData("999999.99")]
    public void A_million_is_not_more_than_a_million(string money)
    {
        var answers = Harmless();
        answers["financial_impact"] = money;
        Assert.Empty(RiskScore.Trigger(answers, []));
    }

    [Fact]
    public void A_prohibited_practice_is_told_by_its_article()
    {
        var answers = Harmless();
        Assert.Null(RiskScore.Prohibited(answers));
        answers["prohibited_practice"] = "social_scoring";
        Assert.Contains("Art. 5(1)(c)", RiskScore.Prohibited(answers), StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_basis_has_the_same_hash_and_another_another()
    {
        string Hash(Dictionary<string, string> answers) => RiskScore.Hash(new("v", "m", 1, "production", RiskScore.Measure(answers, []), RiskScore.Trigger(answers, [])));
        var other = Harmless();
        other["autonomy"] = "informs";
        Assert.Equal(Hash(Harmless()), Hash(Harmless()));
        Assert.NotEqual(Hash(Harmless()), Hash(other));
        Assert.Equal(64, Hash(other).Length);
    }

    [Fact]
    public void A_rise_is_a_higher_tier_or_a_trigger_that_was_not_there()
    {
        static Contracts.RiskAssessment Made(string tier, params string[] triggers) => new() { Tier = tier, Triggers = [.. triggers.Select(static name => new Contracts.RiskTrigger { Name = name })] };
        Assert.True(RiskScore.IsRaised(Made("low"), Made("medium")));
        Assert.True(RiskScore.IsRaised(Made("high"), Made("low", "pii")));
        Assert.False(RiskScore.IsRaised(Made("medium", "pii"), Made("medium")));
        Assert.False(RiskScore.IsRaised(Made("high", "pii"), Made("medium", "pii")));
    }

    [Theory]
    [InlineData("nope", "1", "There is no question 'nope'")]
    [InlineData("financial_impact", "-1", "must be a number of 0 or more")]
    [InlineData("financial_impact", "1e9", "must be a number of 0 or more")]
    [InlineData("financial_impact", "NaN", "must be a number of 0 or more")]
    [InlineData("autonomy", "robots", "one of no_decision, informs")]
    [InlineData("regulated_domain", "none,credit", "one or more, with commas")]
    [InlineData("regulated_domain", "credit,,health", "one or more, with commas")]
    public void A_wrong_answer_is_told_with_what_would_be_right(string question, string answer, string told) =>
        Assert.Contains(told, Questionnaire.Problem(new Dictionary<string, string> { [question] = answer }), StringComparison.Ordinal);

    [Fact]
    public void Every_question_has_a_dimension_and_scores_between_nothing_and_ten() => Assert.All(Questionnaire.Current.Questions, static question =>
    {
        Assert.Contains(question.Dimension, RiskScore.Dimensions);
        Assert.All(question.Choices, static choice => Assert.InRange(choice.Score, 0, 10));
        Assert.Equal(0, question.Choices.Min(static choice => choice.Score));
        Assert.All(question.Choices.Select(static choice => choice.Trigger).OfType<string>(), static trigger => Assert.Contains(trigger, RiskScore.Triggers));
    });
}
