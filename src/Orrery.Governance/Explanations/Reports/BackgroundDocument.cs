using System.Text.Json;
using System.Text.Json.Serialization;

namespace Orrery.Governance;

/// <summary>The rows that explanations of a version are relative to, as they are kept with a report.</summary>
internal sealed record BackgroundDocument
{
    /// <summary>The model's columns.</summary>
    public required IReadOnlyList<string> Columns { get; init; }

    /// <summary>Of each whether it has texts.</summary>
    public required IReadOnlyList<bool> IsText { get; init; }

    /// <summary>Numbers by row: null for a missing one; 0 where there is a text.</summary>
    public required IReadOnlyList<IReadOnlyList<double?>> Numbers { get; init; }

    /// <summary>Texts by row; null where there is a number.</summary>
    public required IReadOnlyList<IReadOnlyList<string?>> Texts { get; init; }

    public static BackgroundDocument Of(FeatureMatrix rows, IReadOnlyList<string> columns, TextCodes codes) => new()
    {
        Columns = columns,
        IsText = [.. columns.Select((_, column) => codes.IsText(column))],
        Numbers = [.. Enumerable.Range(0, rows.Rows).Select(row => Enumerable.Range(0, rows.Columns).Select(column => Number(rows, codes, row, column)).ToArray())],
        Texts = [.. Enumerable.Range(0, rows.Rows).Select(row => Enumerable.Range(0, rows.Columns).Select(column => codes.IsText(column) ? codes.Decode(column, rows[row, column]) : null).ToArray())],
    };

    public string Write() => JsonSerializer.Serialize(this, BackgroundJson.Default.BackgroundDocument);

    public static BackgroundDocument Read(string json) => JsonSerializer.Deserialize(json, BackgroundJson.Default.BackgroundDocument)!;

    /// <summary>The rows, with the codes of their texts.</summary>
    public FeatureMatrix Rows(TextCodes codes)
    {
        var rows = new FeatureMatrix(Numbers.Count, Columns.Count);
        for (var row = 0; row < rows.Rows; row++)
        {
            for (var column = 0; column < rows.Columns; column++)
                rows[row, column] = IsText[column] ? codes.Encode(column, Texts[row][column]) : Numbers[row][column] ?? double.NaN;
        }

        return rows;
    }

    private static double? Number(FeatureMatrix rows, TextCodes codes, int row, int column) =>
        codes.IsText(column) ? 0 : double.IsNaN(rows[row, column]) ? null : rows[row, column];
}

/// <summary>JSON of what is kept.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(BackgroundDocument))]
internal sealed partial class BackgroundJson : JsonSerializerContext;
