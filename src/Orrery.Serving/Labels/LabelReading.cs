using System.Text.Json;
using Orrery.Contracts;
using Orrery.Kernel;

namespace Orrery.Serving;

/// <summary>Reads a list of labels; what is wrong with one does not hold up the others.</summary>
internal static class LabelReading
{
    /// <summary>Most labels in one request.</summary>
    public const int Most = 10_000;

    private const int LongestText = 1000;
    private const int MostRows = 1_000_000;
    private static readonly long LatestTime = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    /// <summary>The labels, one for each row of a prediction, and what is wrong with the rest.</summary>
    /// <returns><c>serving.invalid_labels</c> when it is no such list at all.</returns>
    public static Result<(List<LabelRow> Labels, List<LabelFault> Faults)> Read(JsonElement list)
    {
        if (list.ValueKind is not JsonValueKind.Array)
            return Failure.Invalid("serving.invalid_labels", "Labels must be a list of {\"prediction_id\", \"label\", \"at\"}.");
        if (list.GetArrayLength() is 0 or > Most)
            return Failure.Invalid("serving.invalid_labels", $"There are {list.GetArrayLength()} labels; a request has 1 to {Most:N0}.");
        var labels = new Dictionary<(string Id, int Row), LabelRow>();
        var faults = new List<LabelFault>();
        var index = 0;
        foreach (var one in list.EnumerateArray())
        {
            if (Read(one, out var label) is { } problem)
                faults.Add(new() { Index = index, Code = problem.Code, Message = problem.Message });
            else if (!labels.TryAdd((label!.PredictionId, label.Row), label) && labels[(label.PredictionId, label.Row)].Label != label.Label)
                faults.Add(new() { Index = index, Code = "serving.label_twice", Message = "The same row of the same prediction has another label earlier in the list." });
            index++;
        }

        return (labels.Values.ToList(), faults);
    }

    /// <summary>A label in one form, so that the same is the same: 1, 1.0 and 1e0.</summary>
    internal static string? Canonical(JsonElement label) => label.ValueKind switch
    {
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        JsonValueKind.Number when label.TryGetInt64(out var whole) => whole.ToString(System.Globalization.CultureInfo.InvariantCulture),
        JsonValueKind.Number when label.TryGetDouble(out var number) && double.IsFinite(number) => Number(number),
        JsonValueKind.String when Text(label) is { Length: <= LongestText } text && !text.Contains('\0', StringComparison.Ordinal) => JsonSerializer.Serialize(text, ServingJson.Default.String),
        _ => null,
    };

    private static string Number(double number) => number == Math.Floor(number) && Math.Abs(number) < 1L << 53
        ? ((long)number).ToString(System.Globalization.CultureInfo.InvariantCulture)
        : number.ToString("R", System.Globalization.CultureInfo.InvariantCulture);

    private static Failure? Read(JsonElement one, out LabelRow? label)
    {
        label = null;
        if (one.ValueKind is not JsonValueKind.Object)
            return Failure.Invalid("serving.invalid_label", "It must be an object with prediction_id and label.");
        if (!one.TryGetProperty("prediction_id", out var id) || Text(id) is not { } text || PredictionIds.Parse(text) is not { } parsed)
            return Failure.Invalid("serving.invalid_prediction_id", "prediction_id must be an id that the header X-Orrery-Prediction-Id gave.");
        if (!one.TryGetProperty("label", out var value) || Canonical(value) is not { } canonical)
            return Failure.Invalid("serving.invalid_label", $"label must be a number, a text of up to {LongestText:N0} characters, true or false.");
        var row = 0;
        if (one.TryGetProperty("row", out var rowAt) && rowAt.ValueKind is not JsonValueKind.Null && (rowAt.ValueKind is not JsonValueKind.Number || !rowAt.TryGetInt32(out row) || row is < 0 or > MostRows))
            return Failure.Invalid("serving.invalid_row", $"row must be a whole number, 0 to {MostRows:N0}.");
        long? at = null;
        if (one.TryGetProperty("at", out var when) && when.ValueKind is not JsonValueKind.Null)
        {
            if (when.ValueKind is not JsonValueKind.Number || !when.TryGetInt64(out var time) || time < 0 || time > LatestTime)
                return Failure.Invalid("serving.invalid_time", "at must be Unix milliseconds.");
            at = time;
        }

        label = new(parsed.ToString("N"), row, canonical, at);
        return null;
    }

    // Null for what is no text, or none in Unicode.
    private static string? Text(JsonElement element)
    {
        try
        {
            return element.ValueKind is JsonValueKind.String ? element.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
