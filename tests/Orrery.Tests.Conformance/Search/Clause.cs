using System.Globalization;

namespace Orrery.Tests.Conformance;

/// <summary>One condition of a filter, with what it means.</summary>
/// <param name="Text">As a client writes it.</param>
/// <param name="Holds">Whether a run fulfils it, by the plainest reading of the rules.</param>
internal sealed record Clause(string Text, Func<SearchRun, bool> Holds)
{
    /// <summary>A metric against a number; NaN compares as IEEE 754 says, and a run without the metric never fulfils it.</summary>
    public static Clause OfMetric(string key, string comparator, double number) => new(
        string.Create(CultureInfo.InvariantCulture, $"metrics.`{key}` {comparator} {number:R}"),
        run => run.Metrics.TryGetValue(key, out var value) && Compare(value, comparator, number));

    /// <summary>A time; a run that has none never fulfils it.</summary>
    public static Clause OfTime(string attribute, string comparator, long time) => new(
        string.Create(CultureInfo.InvariantCulture, $"attributes.{attribute} {comparator} {time}"),
        run => (attribute == "end_time" ? run.End : run.Start) is { } value && Compare(value, comparator, time));

    /// <summary>A parameter or tag; a run without it never fulfils even <c>!=</c>.</summary>
    public static Clause OfPair(string entity, string key, string comparator, string text) => new(
        $"{entity}.`{key}` {comparator} '{text}'",
        run => run.Pairs(entity).TryGetValue(key, out var value) && Compare(value, comparator, text));

    /// <summary>A text attribute.</summary>
    public static Clause OfText(string attribute, string comparator, string text) => new(
        $"attributes.{attribute} {comparator} '{text}'",
        run => Compare(run.Text(attribute), comparator, text));

    /// <summary>run_id IN, or NOT IN.</summary>
    public static Clause OfIds(bool not, params string[] ids) => new(
        $"run_id {(not ? "NOT IN" : "IN")} ({string.Join(", ", ids.Select(id => $"'{id}'"))})",
        run => ids.Contains(run.Id) != not);

    /// <summary>A data set's name, digest or context: some data set of the run must fulfil it.</summary>
    public static Clause OfDataset(string attribute, string comparator, params string[] texts) => new(
        comparator.EndsWith("IN", StringComparison.Ordinal)
            ? $"datasets.{attribute} {comparator} ({string.Join(",", texts.Select(text => $"'{text}'"))})"
            : $"dataset.{attribute} {comparator} '{texts[0]}'",
        run => run.Datasets.Any(set =>
        {
            var value = attribute switch { "name" => set.Name, "digest" => set.Digest, _ => set.Context };
            return comparator switch
            {
                "IN" => texts.Contains(value),
                "NOT IN" => !texts.Contains(value),
                _ => Compare(value, comparator, texts[0]),
            };
        }));

    private static bool Compare(double value, string comparator, double number) => comparator switch
    {
        ">" => value > number,
        ">=" => value >= number,
        "<" => value < number,
        "<=" => value <= number,
        "=" => value == number,
        _ => value != number,
    };

    private static bool Compare(string value, string comparator, string text) => comparator switch
    {
        "=" => value == text,
        "!=" => value != text,
        "LIKE" => Like(value, text),
        _ => Like(value.ToLowerInvariant(), text.ToLowerInvariant()),
    };

    // % stands for any text, _ for one character.
    private static bool Like(ReadOnlySpan<char> value, ReadOnlySpan<char> pattern)
    {
        if (pattern.IsEmpty)
            return value.IsEmpty;
        if (pattern[0] == '%')
            return Like(value, pattern[1..]) || (!value.IsEmpty && Like(value[1..], pattern));
        return !value.IsEmpty && (pattern[0] == '_' || pattern[0] == value[0]) && Like(value[1..], pattern[1..]);
    }
}
