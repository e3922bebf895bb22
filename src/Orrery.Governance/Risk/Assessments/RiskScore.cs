using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Orrery.Contracts;

namespace Orrery.Governance;

/// <summary>Something that the platform knows by itself. It can raise a dimension, and lowers none.</summary>
/// <param name="Dimension">Which; null for what only triggers.</param>
/// <param name="Name">Of the fact.</param>
/// <param name="Value">What was found.</param>
/// <param name="Score">What it alone gives, 0 to 10.</param>
internal sealed record KnownRisk(string? Dimension, string Name, string Value, int Score)
{
    /// <summary>What it triggers; null for nothing.</summary>
    public string? Trigger { get; init; }
}

/// <summary>The function of GOV-01, GOV-02 and GOV-09: from answers and known facts to score, tier and triggers. The same in, the same out.</summary>
internal static class RiskScore
{
    public const string Low = "low";
    public const string Medium = "medium";
    public const string High = "high";
    public const string Declared = "declared";
    public const string Known = "known";
    public const string Unanswered = "unanswered";
    public const string FirstProduction = "first_production";
    public const string BusinessImpact = "business_impact";
    public const string CustomerExposure = "customer_exposure";
    public const string DataSensitivity = "data_sensitivity";
    public const string RegulatoryScope = "regulatory_scope";
    public const string ExplainabilityNeed = "explainability_need";
    public const int Worst = 10;
    private const decimal MostMoney = 1_000_000;
    private const int MediumFrom = 15;
    private const int HighFrom = 30;

    /// <summary>In the order of GOV-01.</summary>
    public static readonly IReadOnlyList<string> Dimensions = [BusinessImpact, CustomerExposure, DataSensitivity, RegulatoryScope, ExplainabilityNeed];

    /// <summary>In the order of GOV-09.</summary>
    public static readonly IReadOnlyList<string> Triggers = [FirstProduction, "pii", "financial_impact", "regulated_domain", "critical_system"];

    /// <summary>The tier of a score.</summary>
    public static string Tier(int score) => score < MediumFrom ? Low : score < HighFrom ? Medium : High;

    /// <summary>The place of a tier, the lowest first.</summary>
    public static int Rank(string tier) => tier switch { Low => 0, Medium => 1, _ => 2 };

    /// <summary>The practice that was declared and that the law prohibits; null for none.</summary>
    public static string? Prohibited(IReadOnlyDictionary<string, string> answers) => Chosen(answers).SelectMany(static one => one.Choices)
        .FirstOrDefault(static one => one.Prohibited)?.Text;

    /// <summary>Dimensions with their evidence.</summary>
    public static IReadOnlyList<RiskDimension> Measure(IReadOnlyDictionary<string, string> answers, IReadOnlyList<KnownRisk> known) => [.. Dimensions.Select(name =>
    {
        var declared = Questionnaire.Current.Questions.Where(question => question.Dimension == name).Select(question => Evidence(question, answers.GetValueOrDefault(question.Id)));
        var found = known.Where(fact => fact.Dimension == name).Select(static fact => new RiskEvidence { Source = Known, Name = fact.Name, Value = fact.Value, Score = Math.Clamp(fact.Score, 0, Worst) });
        var evidence = declared.Concat(found).OrderByDescending(static one => one.Score).ThenBy(static one => one.Source, StringComparer.Ordinal).ThenBy(static one => one.Name, StringComparer.Ordinal)
            .ThenBy(static one => one.Value, StringComparer.Ordinal).ToList();
        return new RiskDimension { Name = name, Score = evidence.Max(static one => one.Score), Evidence = evidence };
    })];

    /// <summary>What asks for people, in the order of GOV-09.</summary>
    public static IReadOnlyList<RiskTrigger> Trigger(IReadOnlyDictionary<string, string> answers, IReadOnlyList<KnownRisk> known)
    {
        var declared = Chosen(answers).SelectMany(one => one.Choices.Where(choice => choice.Trigger is not null && IsOver(one.Question, choice, answers))
            .Select(choice => (Name: choice.Trigger!, Why: $"declared {one.Question.Id}: {(one.Question.Kind == Questionnaire.Number ? $"{answers[one.Question.Id]} {one.Question.Unit}" : choice.Text)}")));
        var found = known.Where(static fact => fact.Trigger is not null).Select(static fact => (Name: fact.Trigger!, Why: fact.Name == fact.Trigger ? fact.Value : $"{fact.Name}: {fact.Value}"));
        return [.. declared.Concat(found).GroupBy(static one => one.Name).OrderBy(static group => Triggers.ToList().IndexOf(group.Key)).Select(static group => new RiskTrigger
        {
            Name = group.Key,
            Reason = string.Join("; ", group.Select(static one => one.Why).Distinct(StringComparer.Ordinal)),
        })];
    }

    /// <summary>The SHA-256 of what an assessment is computed from.</summary>
    public static string Hash(RiskBasis basis) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(basis, RiskJson.Default.RiskBasis))));

    /// <summary>Whether one asks for more than another: a higher tier, or a trigger that the other has not.</summary>
    public static bool IsRaised(RiskAssessment before, RiskAssessment now) => Rank(now.Tier) > Rank(before.Tier) || NewTriggers(before, now).Count > 0;

    /// <summary>Triggers that one has and the other has not.</summary>
    public static IReadOnlyList<string> NewTriggers(RiskAssessment before, RiskAssessment now) =>
        [.. now.Triggers.Select(static one => one.Name).Except(before.Triggers.Select(static one => one.Name), StringComparer.Ordinal)];

    private static bool IsOver(RiskQuestion question, RiskChoice choice, IReadOnlyDictionary<string, string> answers) =>
        choice.Trigger != "financial_impact" || decimal.Parse(answers[question.Id], System.Globalization.CultureInfo.InvariantCulture) > MostMoney;

    private static IEnumerable<(RiskQuestion Question, IReadOnlyList<RiskChoice> Choices)> Chosen(IReadOnlyDictionary<string, string> answers) => Questionnaire.Current.Questions
        .Where(question => answers.ContainsKey(question.Id)).Select(question => (question, Questionnaire.Find(question, answers[question.Id]) ?? []));

    // An answer of an older questionnaire that is none any more is as good as none.
    private static RiskEvidence Evidence(RiskQuestion question, string? answer) => answer is not null && Questionnaire.Find(question, answer) is [var worst, ..]
        ? new() { Source = Declared, Name = question.Id, Value = answer, Score = worst.Score }
        : new() { Source = Unanswered, Name = question.Id, Score = Worst };
}
