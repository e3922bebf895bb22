using System.Text.Json;
using Orrery.Contracts;

namespace Orrery.Web;

/// <summary>Something of two versions, side by side.</summary>
/// <param name="Part">What it is of: run, evaluation, interface, package, card.</param>
/// <param name="Name">What it is.</param>
/// <param name="Before">Of the first version; null where it has none.</param>
/// <param name="After">Of the second.</param>
internal sealed record VersionRow(string Part, string Name, string? Before, string? After)
{
    private const int MostLetters = 400;

    /// <summary>Whether the two differ.</summary>
    public bool Differs => Before != After;

    /// <summary>Parameters and metrics of the runs that made them.</summary>
    public static IEnumerable<VersionRow> OfRuns(RunComparison? runs) => runs is null ? [] :
    [
        .. runs.Params.Select(static one => new VersionRow("Parameter", one.Key, one.Values[0], one.Values[1])),
        .. runs.Metrics.Select(static one => new VersionRow("Metric of the run", one.Key, Text(one.Values[0]), Text(one.Values[1]))),
        .. runs.Datasets.Select(static one => new VersionRow("Data", one.Key, one.Values[0], one.Values[1])),
        .. runs.Environment.Select(static one => new VersionRow("Environment", one.Key, one.Values[0], one.Values[1])),
    ];

    /// <summary>Figures of their newest evaluations.</summary>
    public static IEnumerable<VersionRow> OfEvaluations(EvaluationResult? before, EvaluationResult? after) =>
        (before?.Metrics ?? []).Concat(after?.Metrics ?? []).Select(static one => one.Name).Distinct().Select(name => new VersionRow("Evaluation", name.Replace('_', ' '), Of(before, name), Of(after, name)));

    /// <summary>What they take and give, need, and hold.</summary>
    public static IEnumerable<VersionRow> OfPackages(ModelPackageInfo? before, ModelPackageInfo? after) =>
    [
        new("Interface", "in", Json(before?.Document.Inputs), Json(after?.Document.Inputs)),
        new("Interface", "out", Json(before?.Document.Outputs), Json(after?.Document.Outputs)),
        new("Package", "flavors", Names(before?.Document.Flavors), Names(after?.Document.Flavors)),
        new("Package", "size", before is null ? null : Numbers.Bytes(before.Size), after is null ? null : Numbers.Bytes(after.Size)),
        new("Package", "python", before?.Document.PythonVersion, after?.Document.PythonVersion),
        .. Joined("Needs", before?.Document.Requirements.Select(static one => Split(one)), after?.Document.Requirements.Select(static one => Split(one))),
        .. Joined("File", before?.Files.Select(static one => (one.Path, one.Sha256[..Math.Min(12, one.Sha256.Length)])), after?.Files.Select(static one => (one.Path, one.Sha256[..Math.Min(12, one.Sha256.Length)]))),
    ];

    /// <summary>What differs between their cards.</summary>
    public static IEnumerable<VersionRow> OfCards(CardDiff? diff) => (diff?.Changes ?? []).Select(static one => new VersionRow("Card", one.Path.Replace('_', ' '), Json(one.Before), Json(one.After)));

    private static IEnumerable<VersionRow> Joined(string part, IEnumerable<(string Key, string Value)>? before, IEnumerable<(string Key, string Value)>? after)
    {
        var (first, second) = (First(before), First(after));
        return first.Keys.Union(second.Keys).Order(StringComparer.Ordinal).Select(key => new VersionRow(part, key, first.GetValueOrDefault(key), second.GetValueOrDefault(key)));
    }

    private static Dictionary<string, string> First(IEnumerable<(string Key, string Value)>? pairs) => (pairs ?? []).GroupBy(static one => one.Key).ToDictionary(static group => group.Key, static group => group.First().Value);

    private static (string, string) Split(string requirement) => requirement.IndexOfAny(['=', '<', '>', '~', '!', ' ']) is var at and > 0 ? (requirement[..at], requirement[at..]) : (requirement, "any");

    private static string? Of(EvaluationResult? result, string name) => result?.Metrics.FirstOrDefault(one => one.Name == name) is { } metric ? Quality.WithInterval(metric) : null;

    private static string? Text(double? value) => value is { } number ? Numbers.Of(number) : null;

    private static string? Names(JsonElement? value) => value is { ValueKind: JsonValueKind.Object } flavors ? string.Join(", ", flavors.EnumerateObject().Select(static one => one.Name)) : null;

    private static string? Json(JsonElement? value) => value is not { } json ? null : JsonText(json) is var text && text.Length <= MostLetters ? text : text[..MostLetters] + "…";

    private static string JsonText(JsonElement json) => json.ValueKind is JsonValueKind.Array && json.EnumerateArray().All(static one => one.ValueKind is not (JsonValueKind.Array or JsonValueKind.Object))
        ? string.Join(", ", json.EnumerateArray().Select(static one => one.ToString())) : json.ToString();
}
