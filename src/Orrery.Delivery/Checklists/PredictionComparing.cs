using System.Globalization;
using System.Text.Json.Nodes;

namespace Orrery.Delivery;

/// <summary>Whether two predictions for one row agree: labels when they are equal, numbers when |a - b| &lt;= atol + rtol * |b|.</summary>
/// <param name="atol">Absolute tolerance.</param>
/// <param name="rtol">Relative tolerance, of the new version's number.</param>
internal sealed class PredictionComparing(double atol, double rtol)
{
    /// <summary>What a pair of predictions comes to.</summary>
    /// <param name="old">Of the old endpoint.</param>
    /// <param name="fresh">Of the new version.</param>
    public PredictionDifference Of(JsonNode? old, JsonNode? fresh)
    {
        var found = new PredictionDifference();
        Compare(old, fresh, "prediction", found);
        return found;
    }

    private void Compare(JsonNode? old, JsonNode? fresh, string place, PredictionDifference found)
    {
        switch (old, fresh)
        {
            case (JsonObject left, JsonObject right):
                foreach (var name in left.Select(static one => one.Key).Union(right.Select(static one => one.Key)))
                {
                    if (left.ContainsKey(name) && right.ContainsKey(name))
                        Compare(left[name], right[name], $"{place}.{name}", found);
                    else
                        found.Differ($"only {(left.ContainsKey(name) ? "the old endpoint" : "the new version")} has {place}.{name}");
                }

                break;
            case (JsonArray left, JsonArray right) when left.Count == right.Count:
                for (var index = 0; index < left.Count; index++)
                    Compare(left[index], right[index], string.Create(CultureInfo.InvariantCulture, $"{place}[{index}]"), found);
                break;
            case (JsonArray left, JsonArray right):
                found.Differ(string.Create(CultureInfo.InvariantCulture, $"{place} has {left.Count} values of the old endpoint and {right.Count} of the new version"));
                break;
            // V1 answers of one column come as values or as lists of one.
            case (JsonArray { Count: 1 } left, JsonValue):
                Compare(left[0], fresh, place, found);
                break;
            case (JsonValue, JsonArray { Count: 1 } right):
                Compare(old, right[0], place, found);
                break;
            default:
                Values(old, fresh, place, found);
                break;
        }
    }

    private void Values(JsonNode? old, JsonNode? fresh, string place, PredictionDifference found)
    {
        if (Number(old) is { } a && Number(fresh) is { } b)
        {
            var difference = Math.Abs(a - b);
            found.Seen(difference);
            if (!(difference <= atol + (rtol * Math.Abs(b))))
                found.Differ($"{place} differs");
            return;
        }

        if (!JsonNode.DeepEquals(old, fresh))
            found.Differ($"{place} is another label");
    }

    private static double? Number(JsonNode? node) =>
        node is JsonValue value && value.GetValueKind() == System.Text.Json.JsonValueKind.Number && value.TryGetValue<double>(out var number) ? number : null;
}

/// <summary>How two predictions for one row differ.</summary>
internal sealed class PredictionDifference
{
    /// <summary>The first thing that differs; null when they agree.</summary>
    public string? Reason { get; private set; }

    /// <summary>Largest absolute difference of two numbers; null without numbers.</summary>
    public double? Largest { get; private set; }

    public void Seen(double difference) => Largest = Largest is { } before ? Math.Max(before, difference) : difference;

    public void Differ(string reason) => Reason ??= reason;
}
