using System.Globalization;
using System.Text;
using Orrery.Contracts;

namespace Orrery.Governance;

/// <summary>What a model's gates may be, and how an evaluation stands to them.</summary>
internal static class GateRules
{
    private const int Most = 50;
    private const int Longest = 1000;

    /// <summary>What is wrong with gates that are to be set; null for nothing.</summary>
    public static string? Problem(EvaluationGates gates)
    {
        if (gates.Gates.Count > Most || gates.Sources.Count > Most)
            return $"'gates' and 'sources' may have {Most} entries each.";
        if (gates.Gates.Concat(gates.Sources).FirstOrDefault(static text => text.Length is 0 or > Longest || text.Any(char.IsControl)) is not null)
            return $"A gate or source has no characters, more than {Longest}, or control characters.";
        if (gates.MaxAgeDays is < 1 or > 3650)
            return $"'max_age_days' is {gates.MaxAgeDays}; it must be 1 to 3650.";
        if (gates.MinRows is < 1)
            return $"'min_rows' is {gates.MinRows}; it must be 1 or more.";
        if (gates.Pinned is { } pins && GatePins.Problem(pins) is { } unpinnable)
            return unpinnable;
        if (gates.Reference is not null && (gates.Pinned is not null || gates.Sources.Count > 0))
            return "'reference' names the sources and what is pinned; 'sources' and 'pinned' have no place beside it.";
        if (gates.Gates.Count == 0 && (gates.MaxAgeDays is not null || gates.MinRows is not null || gates.Sources.Count > 0 || gates.Reference is not null || gates.Pinned is not null))
            return "There are no 'gates'; without them nothing is asked of evaluations.";
        return gates.Gates.Select(static text => Gate.Read(text) switch
        {
            (null, var wrong) => wrong,
            ({ } gate, _) => Names(gate).Contains(gate.Metric) ? null : $"The gate '{text}' names '{gate.Metric}'; there are {string.Join(", ", Names(gate).Distinct())}.",
        }).FirstOrDefault(static wrong => wrong is not null);
    }

    /// <summary>Whether an evaluation is one that the gates ask for; its age is looked at elsewhere.</summary>
    public static bool Counts(EvaluationGates gates, EvaluationSpec spec, EvaluationResult result) =>
        (gates.Pinned is not { } pins || GatePins.Hold(pins, spec, result))
        && result.Rows >= (gates.MinRows ?? 0)
        && (gates.Sources.Count == 0 || result.Sources.Select(static source => source.Name).ToHashSet(StringComparer.Ordinal).SetEquals(gates.Sources));

    /// <summary>What the gates make of an evaluation's result. One that it did not measure has failed, whatever the evaluation said of undefined metrics.</summary>
    public static IReadOnlyList<EvaluationGate> Judge(EvaluationGates gates, EvaluationSpec spec, EvaluationResult result) => [.. gates.Gates.Select(text =>
        Gate.Parse(text, spec) is ({ } gate, _) ? gate.Judge(result, "fail") : new EvaluationGate { Gate = text, Outcome = "failed", Reason = Gate.Parse(text, spec).Problem })];

    /// <summary>The verb that makes the evaluation.</summary>
    public static string Command(EvaluationGates gates, string model, string version)
    {
        var read = gates.Gates.Select(static text => Gate.Read(text).Gate).OfType<Gate>().ToList();
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"mlops evaluate {model} {version}");
        foreach (var source in gates.Sources.DefaultIfEmpty("DATA"))
            text.Append(CultureInfo.InvariantCulture, $" --data {source}");
        text.Append(CultureInfo.InvariantCulture, $" --label {gates.Pinned?.Label ?? "COLUMN"} --task {gates.Pinned?.Task ?? "TASK"}");
        Append(text, "--positive", [Given(gates.Pinned?.Positive)]);
        Append(text, "--weight", [Given(gates.Pinned?.Weight)]);
        Append(text, "--slices", read.Select(static gate => gate.Slice?.Name));
        Append(text, "--sensitive", read.Select(static gate => gate.Attribute));
        if (read.Exists(static gate => gate.IsDelta))
            text.Append(CultureInfo.InvariantCulture, $" --baseline {Given(gates.Pinned?.Baseline) ?? "VERSION"}");
        return text.ToString();
    }

    private static string? Given(string? pinned) => pinned is { Length: > 0 } ? pinned : null;

    private static void Append(StringBuilder text, string option, IEnumerable<string?> names)
    {
        if (string.Join(',', names.OfType<string>().Distinct(StringComparer.Ordinal)) is { Length: > 0 } all)
            text.Append(CultureInfo.InvariantCulture, $" {option} {all}");
    }

    // Which task the model has is not known before it was evaluated.
    private static IEnumerable<string> Names(Gate gate) => EvaluationTasks.All.SelectMany(task => gate.Attribute is not null ? EvaluationNames.Fairness(task) : EvaluationNames.Metrics(task));
}
