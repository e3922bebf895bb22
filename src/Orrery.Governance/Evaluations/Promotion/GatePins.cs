using System.Globalization;
using Orrery.Contracts;

namespace Orrery.Governance;

/// <summary>How evaluations must have been made to count for gates: read off a reference, and compared.</summary>
internal static class GatePins
{
    /// <summary>All that decides what an evaluation's numbers mean; null where rows have no SHA-256, as those of tables and queries, which may be others the next time.</summary>
    public static EvaluationPins? Of(EvaluationSpec spec, EvaluationResult result) => result.Sources.Count == 0 || result.Sources.Any(static source => source.Sha256 is null) ? null : new()
    {
        Task = spec.Task,
        Label = spec.Label,
        Positive = spec.Positive ?? "",
        Threshold = spec.Task == EvaluationTasks.Binary ? Threshold(spec) : null,
        Weight = spec.Weight ?? "",
        Columns = spec.Columns,
        Features = spec.Features,
        Baseline = spec.Baseline ?? "",
        SourceSha256 = [.. result.Sources.Select(static source => source.Sha256!).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
        Seed = Plan(spec).Seed,
        MinResamples = Plan(spec).Resamples,
        Confidence = Plan(spec).Confidence,
        Interval = spec.Interval,
    };

    /// <summary>What is wrong with pins that are to be set; null for nothing.</summary>
    public static string? Problem(EvaluationPins pins)
    {
        if (pins.Task is { } task && !EvaluationTasks.All.Contains(task))
            return $"'pinned.task' is '{task}'; it must be {string.Join(", ", EvaluationTasks.All)}.";
        if (pins.SourceSha256?.FirstOrDefault(static one => one.Length != 64 || !one.All(char.IsAsciiHexDigitLower)) is { } wrong)
            return $"'pinned.source_sha256' has '{(wrong.Length > 100 ? wrong[..100] : wrong)}', which is no SHA-256 in 64 hexadecimal digits.";
        return null;
    }

    /// <summary>Whether an evaluation is made as the pins say.</summary>
    public static bool Hold(EvaluationPins pins, EvaluationSpec spec, EvaluationResult result) =>
        Is(pins.Task, spec.Task) && Is(pins.Label, spec.Label) && Is(pins.Positive, spec.Positive ?? "") && Is(pins.Weight, spec.Weight ?? "") && Is(pins.Baseline, spec.Baseline ?? "")
        && Is(pins.Interval, spec.Interval)
        && (pins.Threshold is not { } threshold || threshold == Threshold(spec))
        && (pins.Columns is not { } columns || (columns.Count == spec.Columns.Count && columns.All(one => spec.Columns.GetValueOrDefault(one.Key) == one.Value)))
        && (pins.Features is not { } features || features.SequenceEqual(spec.Features, StringComparer.Ordinal))
        && (pins.SourceSha256 is not { } hashes || result.Sources.Select(static source => source.Sha256 ?? "").ToHashSet(StringComparer.Ordinal).SetEquals(hashes))
        && (pins.Seed is not { } seed || seed == Plan(spec).Seed)
        && Plan(spec).Resamples >= (pins.MinResamples ?? 0)
        && (pins.Confidence is not { } confidence || confidence == Plan(spec).Confidence);

    /// <summary>The pins in words, for who has to make such an evaluation.</summary>
    public static string Told(EvaluationPins pins) => string.Join(", ", new[]
    {
        pins.Task is { } task ? $"task {task}" : null,
        pins.Label is { } label ? $"label {label}" : null,
        Told("positive", pins.Positive),
        pins.Threshold is { } threshold ? string.Create(CultureInfo.InvariantCulture, $"threshold {threshold}") : null,
        Told("weight", pins.Weight),
        pins.Columns is { } columns ? columns.Count == 0 ? "no column under another name" : "columns " + string.Join(" ", columns.Select(static one => $"{one.Key}={one.Value}")) : null,
        pins.Features is { Count: > 0 } features ? "features " + string.Join(" ", features) : null,
        Told("baseline", pins.Baseline),
        pins.SourceSha256 is { } hashes ? "files of SHA-256 " + string.Join(" ", hashes) : null,
        pins.Seed is { } seed ? string.Create(CultureInfo.InvariantCulture, $"seed {seed}") : null,
        pins.MinResamples is { } resamples ? string.Create(CultureInfo.InvariantCulture, $"{resamples} resamples or more") : null,
        pins.Confidence is { } confidence ? string.Create(CultureInfo.InvariantCulture, $"confidence {confidence}") : null,
        pins.Interval is { } interval ? $"{interval} intervals" : null,
    }.OfType<string>());

    private static string? Told(string name, string? value) => value is null ? null : value.Length == 0 ? $"no {name}" : $"{name} {value}";

    private static bool Is(string? pinned, string value) => pinned is null || pinned == value;

    private static double Threshold(EvaluationSpec spec) => spec.Threshold ?? 0.5;

    private static Statistics.ResamplePlan Plan(EvaluationSpec spec) => EvaluationRules.Plan(spec);
}
