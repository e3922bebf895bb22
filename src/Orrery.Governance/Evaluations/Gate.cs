using System.Globalization;
using Orrery.Contracts;

namespace Orrery.Governance;

/// <summary>
/// A threshold on what an evaluation finds: <c>auc >= 0.8</c>; <c>auc.lower >= 0.75</c> of its interval; <c>auc@contract=Monthly >= 0.7</c> of a slice;
/// <c>demographic_parity_ratio(female) >= 0.8</c> of fairness; <c>delta.auc >= -0.01</c> of the difference to the baseline.
/// </summary>
/// <param name="Text">As it was given.</param>
/// <param name="Metric">Name.</param>
/// <param name="Part">Empty, <c>lower</c> or <c>upper</c>.</param>
/// <param name="Slice">Slice and value; null for none.</param>
/// <param name="Attribute">Protected attribute; null for none.</param>
/// <param name="IsDelta">Whether it is of the difference to the baseline.</param>
/// <param name="Sign">Of comparison.</param>
/// <param name="Bound">Number.</param>
internal sealed record Gate(string Text, string Metric, string Part, (string Name, string Value)? Slice, string? Attribute, bool IsDelta, string Sign, double Bound)
{
    private const string Delta = "delta.";
    private static readonly string[] Signs = [">=", "<=", ">", "<"];

    /// <summary>Reads one that an evaluation can judge; null and why when it is none.</summary>
    public static (Gate? Gate, string? Problem) Parse(string text, EvaluationSpec spec)
    {
        var (gate, wrong) = Read(text);
        return gate is null ? (null, wrong) : gate.Problem(spec) is { } problem ? (null, problem) : (gate, null);
    }

    /// <summary>Reads one, whatever it names; null and why when it is none.</summary>
    public static (Gate? Gate, string? Problem) Read(string text)
    {
        // A slice's value may hold anything, so that the last sign counts.
        var (sign, at) = Signs.Select(sign => (sign, At: text.LastIndexOf(sign, StringComparison.Ordinal))).Where(static one => one.At > 0).OrderByDescending(static one => one.At).ThenByDescending(static one => one.sign.Length).FirstOrDefault();
        if (sign is ">" or "<" && at + 1 < text.Length && text[at + 1] == '=')
            sign += "=";
        if (sign is null || !double.TryParse(text[(at + sign.Length)..], NumberStyles.Float, CultureInfo.InvariantCulture, out var bound) || !double.IsFinite(bound))
            return (null, $"The gate '{text}' is not written as 'auc >= 0.8'.");
        var left = text[..at].Trim();
        var isDelta = left.StartsWith(Delta, StringComparison.Ordinal);
        left = isDelta ? left[Delta.Length..] : left;
        (string, string)? slice = null;
        string? attribute = null;
        if (left.IndexOf('@', StringComparison.Ordinal) is > 0 and var mark)
        {
            var equals = left.IndexOf('=', mark);
            if (equals < 0)
                return (null, $"The gate '{text}' names a slice without a value; write metric@column=value.");
            (left, slice) = (left[..mark].Trim(), (left[(mark + 1)..equals].Trim(), left[(equals + 1)..].Trim()));
        }
        else if (left.EndsWith(')') && left.IndexOf('(', StringComparison.Ordinal) is > 0 and var open)
        {
            (left, attribute) = (left[..open].Trim(), left[(open + 1)..^1].Trim());
        }

        var part = left.EndsWith(".lower", StringComparison.Ordinal) ? "lower" : left.EndsWith(".upper", StringComparison.Ordinal) ? "upper" : "";
        return (new(text, part.Length > 0 ? left[..^6] : left, part, slice, attribute, isDelta, sign, bound), null);
    }

    /// <summary>What comes of it.</summary>
    public EvaluationGate Judge(EvaluationResult result, string onUndefined)
    {
        var (value, why) = Find(result);
        if (value is not { } found)
        {
            return onUndefined == "ignore"
                ? new() { Gate = Text, Outcome = "ignored", Reason = $"{Metric} is undefined: {why}" }
                : new() { Gate = Text, Outcome = "failed", Reason = $"{Metric} is undefined: {why}" };
        }

        var holds = Sign switch
        {
            ">=" => found >= Bound,
            "<=" => found <= Bound,
            ">" => found > Bound,
            _ => found < Bound,
        };
        return new() { Gate = Text, Outcome = holds ? "passed" : "failed", Value = found, Reason = holds ? null : string.Create(CultureInfo.InvariantCulture, $"it is {found:G6}") };
    }

    private (double? Value, string? Why) Find(EvaluationResult result)
    {
        if (Attribute is { } attribute)
        {
            var metric = result.Fairness.FirstOrDefault(one => one.Attribute == attribute)?.Metrics.FirstOrDefault(one => one.Name == Metric);
            return (Take(metric?.Value, metric?.Lower, metric?.Upper), metric?.Undefined ?? "it has no interval");
        }

        if (IsDelta)
        {
            var against = result.Comparisons.FirstOrDefault(static one => one.Against == "baseline");
            var metric = against?.Metrics.FirstOrDefault(one => one.Name == Metric);
            return (Take(metric?.Difference, metric?.Lower, metric?.Upper), against?.Undefined ?? "it was not compared");
        }

        var slice = Slice is { } named ? result.Slices.FirstOrDefault(one => one.Slice == named.Name && one.Value == named.Value) : null;
        if (Slice is { } missing && slice is null)
            return (null, $"no row has {missing.Name}={missing.Value}");
        var found = (slice?.Metrics ?? result.Metrics).FirstOrDefault(one => one.Name == Metric);
        var where = slice is null ? "" : $"{slice.Slice}={slice.Value}: ";
        return (Take(found?.Value, found?.Lower, found?.Upper), where + (slice?.Undefined ?? found?.Undefined ?? (found is null ? "the model gives no probabilities" : "it has no interval")));
    }

    private double? Take(double? value, double? lower, double? upper) => Part switch
    {
        "lower" => lower,
        "upper" => upper,
        _ => value,
    };

    private string? Problem(EvaluationSpec spec)
    {
        if (IsDelta && spec.Baseline is null)
            return $"The gate '{Text}' compares with a baseline; there is none.";
        if (IsDelta && (Slice is not null || Attribute is not null))
            return $"The gate '{Text}' is of the difference over all rows; leave the slice out.";
        if (Slice is { } slice && !EvaluationNames.Slices(spec).Contains(slice.Name))
            return $"The gate '{Text}' names the slice '{slice.Name}', which is not looked at; there are {Listed(EvaluationNames.Slices(spec))}.";
        if (Attribute is { } attribute && !EvaluationNames.Sensitive(spec).Contains(attribute))
            return $"The gate '{Text}' names the attribute '{attribute}', which is not looked at; there are {Listed(EvaluationNames.Sensitive(spec))}.";
        var known = Attribute is not null ? EvaluationNames.Fairness(spec.Task) : EvaluationNames.Metrics(spec.Task);
        return known.Contains(Metric) ? null : $"The gate '{Text}' names '{Metric}', which is no {(Attribute is null ? "metric" : "disparity")} of a {spec.Task} evaluation; there are {Listed(known)}.";
    }

    private static string Listed(IReadOnlyList<string> names) => names.Count == 0 ? "none" : string.Join(", ", names);
}
