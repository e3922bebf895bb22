using System.Text.Json;
using Orrery.Kernel;
using Orrery.Serving;

namespace Orrery.Governance;

/// <summary>Reads rows that a caller gives as objects of columns.</summary>
internal static class InstanceRows
{
    public const string Code = "governance.invalid_instances";

    /// <summary>The rows; <c>governance.invalid_instances</c>.</summary>
    public static Result<ScoreRows> Read(ScoredVersion version, IReadOnlyList<IReadOnlyDictionary<string, JsonElement>> instances)
    {
        var rows = new ScoreRows(instances.Count);
        foreach (var input in version.Inputs)
        {
            var (numbers, texts) = (new double[instances.Count], new string?[instances.Count]);
            for (var row = 0; row < instances.Count; row++)
            {
                if (!instances[row].TryGetValue(input.Name, out var value))
                    return Failure.Invalid(Code, $"Row {row} has no '{input.Name}'.");
                if (input.IsText ? !Text(value, out texts[row]) : !Number(value, out numbers[row]))
                    return Failure.Invalid(Code, $"'{input.Name}' in row {row} is {value.GetRawText()}; it must be {(input.IsText ? "a text" : "a number")} or null.");
            }

            if (input.IsText)
                rows.Set(input.Name, texts);
            else
                rows.Set(input.Name, numbers);
        }

        return rows;
    }

    /// <summary>What is wrong with how many there are, and with the version's number; null when nothing is.</summary>
    public static Failure? Problem(int count, int most, string version)
    {
        if (count is 0 || count > most)
            return Failure.Invalid(Code, $"'instances' has {count} rows; it must have 1 to {most}.");
        return Number(version) is null ? Failure.Invalid(Code, $"'version' is '{version}'; it must be a version's number.") : null;
    }

    /// <summary>A version's number; null for what is none.</summary>
    public static long? Number(string version) =>
        long.TryParse(version, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : null;

    private static bool Number(JsonElement value, out double number)
    {
        number = double.NaN;
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            number = value.ValueKind is JsonValueKind.True ? 1 : 0;
            return true;
        }

        return value.ValueKind is JsonValueKind.Null || (value.ValueKind is JsonValueKind.Number && value.TryGetDouble(out number));
    }

    private static bool Text(JsonElement value, out string? text)
    {
        text = value.ValueKind is JsonValueKind.String ? value.GetString() : null;
        return value.ValueKind is JsonValueKind.String or JsonValueKind.Null;
    }
}
