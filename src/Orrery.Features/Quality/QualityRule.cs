using System.Text.Json;
using Orrery.Contracts;

namespace Orrery.Features;

/// <summary>One rule, checked as far as that is possible without data.</summary>
internal sealed record QualityRule
{
    public static readonly string[] Severities = ["info", "warning", "critical"];
    public static readonly string[] Reactions = ["warn", "quarantine", "reject"];

    public required QualityRuleDocument Document { get; init; }

    public required RuleKind Kind { get; init; }

    /// <summary>Whether it stands at the source; else at the view.</summary>
    public required bool OfSource { get; init; }

    public double Mostly => Document.Mostly ?? 1;

    public string Reaction => Document.OnFailure ?? "warn";

    /// <summary>For lists of what a row broke: <c>be_between(age)</c>.</summary>
    public string Name => Document.Column is { } column ? $"{Kind.Name}({column})" : Document.Columns.Count > 0 ? $"{Kind.Name}({string.Join(", ", Document.Columns)})" : Kind.Name;

    /// <summary>The columns it names.</summary>
    public IEnumerable<string> Columns => Document.Column is { } column ? Document.Columns.Prepend(column) : Document.Columns;

    /// <summary>Checks rules; null takes the place of one that is wrong.</summary>
    /// <param name="documents">Of one source or view.</param>
    /// <param name="path">Where they stand, for faults: <c>sources[2].rules</c>.</param>
    /// <param name="ofSource">Whether they stand at a source.</param>
    /// <param name="faults">Takes what is wrong.</param>
    public static IReadOnlyList<QualityRule> Compile(IReadOnlyList<QualityRuleDocument> documents, string path, bool ofSource, CompileFaults faults)
    {
        var rules = new List<QualityRule>();
        for (var at = 0; at < documents.Count; at++)
        {
            var document = documents[at];
            if (RuleKinds.Find(document.Expect) is not { } kind)
            {
                faults.Add($"{path}[{at}].expect", $"is '{DefinitionNames.Clip(document.Expect)}', which is no rule; there are {string.Join(", ", RuleKinds.All.Select(static known => known.Name))}");
                continue;
            }

            var before = faults.Count;
            Check(document, kind, $"{path}[{at}]", faults);
            if (faults.Count == before)
                rules.Add(new QualityRule { Document = document, Kind = kind, OfSource = ofSource });
        }

        return rules;
    }

    private static void Check(QualityRuleDocument document, RuleKind kind, string path, CompileFaults faults)
    {
        var before = faults.Count;
        void Need(bool holds, string field, string says)
        {
            if (!holds)
                faults.Add($"{path}.{field}", $"is wrong: {kind.Name} ({kind.About}) {says}");
        }

        bool Needs(RuleNeeds need) => kind.Needs.HasFlag(need);
        Need(!Needs(RuleNeeds.Column) || !string.IsNullOrEmpty(document.Column), "column", "needs a column.");
        Need(!Needs(RuleNeeds.Columns) || document.Columns.Count >= 2, "columns", "needs two or more columns.");
        Need(!Needs(RuleNeeds.Pair) || document.Columns.Count == 2, "columns", "needs two columns.");
        Need(!Needs(RuleNeeds.Bounds) || IsSimple(document.Min) || IsSimple(document.Max), "min", "needs min or max, numbers or texts.");
        Need(!Needs(RuleNeeds.Max) || IsSimple(document.Max), "max", "needs max.");
        Need(!Needs(RuleNeeds.Values) || document.Values.Count is > 0 and <= 10_000, "values", "needs 1 to 10,000 values.");
        Need(!Needs(RuleNeeds.Pattern) || !string.IsNullOrEmpty(document.Pattern), "pattern", "needs a pattern.");
        Need(!Needs(RuleNeeds.Quantile) || document.Quantile is >= 0 and <= 1, "quantile", "needs a quantile from 0 to 1.");
        Need(document.Mostly is null or (>= 0 and <= 1), "mostly", "takes 'mostly' from 0 to 1.");
        Need(document.Mostly is null || kind.Scope is not RuleScope.Whole, "mostly", "is about the whole and takes no 'mostly'.");
        Need(document.Severity is null || Severities.Contains(document.Severity), "severity", "takes severity info, warning or critical.");
        Need(document.OnFailure is null || Reactions.Contains(document.OnFailure), "on_failure", "takes on_failure warn, quarantine or reject.");
        Need(document.OnFailure is not "quarantine" || kind.Scope is RuleScope.Row, "on_failure", "cannot set single rows aside; use warn or reject.");
        if (kind.Name is "freshness" && document.Max is { } age && faults.Count == before)
            Need(age.ValueKind is JsonValueKind.String && FeatureDuration.Read(age.GetString()!, out _) is null, "max", "needs max as a duration, as \"2h\".");
        if (kind.Name is "pair_in_set" or "kl_divergence_less_than")
            Need(document.Values.All(static value => value.ValueKind is JsonValueKind.Array && value.GetArrayLength() == 2), "values", "needs values that are pairs, as [\"a\", 0.5].");
        if (kind.Name is "kl_divergence_less_than" && faults.Count == before)
            Need(document.Values.All(static value => value[1].ValueKind is JsonValueKind.Number && value[1].GetDouble() > 0), "values", "needs shares above 0.");
        if (kind.Name is "value_lengths_equal" or "row_count_equal" or "z_scores_less_than" or "kl_divergence_less_than")
            Need(document.Max is not { } max || max.ValueKind is JsonValueKind.Number, "max", "needs max as a number.");
    }

    private static bool IsSimple(JsonElement? value) => value is { ValueKind: JsonValueKind.Number or JsonValueKind.String };
}
