using System.Text.Json;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Serving;

namespace Orrery.Governance;

/// <summary>Explains given rows by a version that need not be deployed.</summary>
internal sealed class InstanceExplaining(VersionScoring versions, IPredictionExplainer explainer)
{
    private const string Code = "governance.invalid_instances";
    private const int MostInstances = 100;

    /// <summary>Explains them; <c>governance.invalid_instances</c>, <c>governance.no_background</c>, and what loading and scoring refuse.</summary>
    public async ValueTask<Result<InstanceExplanations>> ExplainAsync(Actor actor, ExplainInstances asked, CancellationToken cancel)
    {
        if (asked.Instances.Count is 0 or > MostInstances)
            return Failure.Invalid(Code, $"'instances' has {asked.Instances.Count} rows; it must have 1 to {MostInstances}.");
        if (!long.TryParse(asked.Version, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number))
            return Failure.Invalid(Code, $"'version' is '{asked.Version}'; it must be a version's number.");
        if ((await explainer.ColumnsAsync(actor, asked.Model, number, cancel)).Failed(out var refused, out var columns))
            return refused;
        if ((await versions.HoldAsync(actor, asked.Model, asked.Version, columns, cancel)).Failed(out refused, out var version))
            return refused;
        using (version)
            return Rows(version, asked.Instances).Failed(out refused, out var rows) ? refused : await explainer.ExplainAsync(actor, version, rows, cancel);
    }

    private static Result<ScoreRows> Rows(ScoredVersion version, IReadOnlyList<IReadOnlyDictionary<string, JsonElement>> instances)
    {
        var rows = new ScoreRows(instances.Count);
        foreach (var input in version.Inputs)
        {
            var (numbers, texts) = (new double[instances.Count], new string?[instances.Count]);
            for (var row = 0; row < instances.Count; row++)
            {
                if (!instances[row].TryGetValue(input.Name, out var value))
                    return Failure.Invalid(Code, $"Row {row} of 'instances' has no '{input.Name}'.");
                if (input.IsText ? !Text(value, out texts[row]) : !Number(value, out numbers[row]))
                    return Failure.Invalid(Code, $"'{input.Name}' in row {row} of 'instances' is {value.GetRawText()}; it must be {(input.IsText ? "a text" : "a number")} or null.");
            }

            if (input.IsText)
                rows.Set(input.Name, texts);
            else
                rows.Set(input.Name, numbers);
        }

        return rows;
    }

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
