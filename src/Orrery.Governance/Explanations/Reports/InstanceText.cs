using System.Text.Json;
using Orrery.Contracts;

namespace Orrery.Governance;

/// <summary>Explanations as they are told.</summary>
internal static class InstanceText
{
    /// <summary>Reasons that an adverse action notice names (Regulation B, comment 9(b)(2): more than four are not likely to help).</summary>
    public const int MostReasons = 4;

    public static InstanceExplanation Of(RowExplanation row, double output, IReadOnlyList<string> columns) => new()
    {
        BaseValue = row.BaseValue,
        Values = columns.Zip(row.Values).ToDictionary(static pair => pair.First, static pair => pair.Second, StringComparer.Ordinal),
        Prediction = row.Prediction,
        Output = output,
        ReasonCodes = ReasonsOf(row.Values, columns),
    };

    /// <summary>The columns with the most negative values.</summary>
    public static IReadOnlyList<ReasonCode> ReasonsOf(double[] values, IReadOnlyList<string> columns) =>
    [
        .. Enumerable.Range(0, values.Length).Where(column => values[column] < 0).OrderBy(column => values[column]).ThenBy(column => column).Take(MostReasons)
            .Select(column => new ReasonCode { Feature = columns[column], Value = values[column] }),
    ];

    /// <summary>A value of a column as JSON: null for a missing one.</summary>
    public static JsonElement Value(FeatureMatrix rows, TextCodes codes, int row, int column) => Value(codes, column, rows[row, column]);

    /// <summary>The same of a number or a text's code.</summary>
    public static JsonElement Value(TextCodes codes, int column, double value)
    {
        if (codes.IsText(column))
            return JsonSerializer.SerializeToElement(codes.Decode(column, value)!, ExplanationJson.Default.String);
        return double.IsFinite(value) ? JsonSerializer.SerializeToElement(value, ExplanationJson.Default.Double) : JsonSerializer.SerializeToElement(null!, ExplanationJson.Default.String);
    }
}
