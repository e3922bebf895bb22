using System.Text;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Native;
using Orrery.Serving;

namespace Orrery.Governance;

/// <summary>Reads the rows of reports. What is more than may be read is refused, so that a report says of which rows it is.</summary>
internal sealed class ExplanationInput(EvaluationInputs inputs)
{
    /// <summary>Rows that may be read; a query draws from more.</summary>
    public const int MostRows = 200_000;

    private const string Code = "governance.explanation_data";

    /// <summary>Reads them; <c>governance.explanation_data</c>, and what reading the input refuses.</summary>
    public async ValueTask<Result<ExplanationData>> ReadAsync(Actor actor, ExplanationSpec spec, ScoredVersion version, TextCodes codes, CancellationToken cancel)
    {
        using var scratch = inputs.NewFolder();
        try
        {
            if ((await inputs.OpenAsync(actor, spec.Data, scratch, Code, cancel)).Failed(out var refused, out var opened))
                return refused;
            using var database = EvaluationInputs.Engine(scratch, opened.Paths);
            using var connection = database.Connect();
            return Read(new(connection, opened.Paths, cancel), spec.Label, version.Inputs, codes);
        }
        catch (DuckException broken) when (broken.Type is not DuckErrorType.Interrupt)
        {
            return Failure.Invalid(Code, $"The data cannot be read: {broken.Summary}");
        }
    }

    private static Result<ExplanationData> Read(EvaluationRowsStore store, string? label, IReadOnlyList<ScoreInput> inputs, TextCodes codes)
    {
        if (inputs.Select(static input => input.Name).Append(label).FirstOrDefault(name => name is not null && !store.Has(name)) is { } missing)
            return Failure.Invalid(Code, $"The data has no column '{missing}'; it has {string.Join(", ", store.Columns.Take(50).Select(static one => one.Name))}.");
        foreach (var name in inputs.Where(static input => !input.IsText).Select(static input => input.Name))
        {
            if (!store.IsNumber(name) && store.Count(store.NoNumber(name)).Holding is > 0 and var texts)
                return Failure.Invalid(Code, $"{texts} rows have something in '{name}' that is no number, which the model takes.");
        }

        var (all, _) = store.Count("true");
        if (all is 0)
            return Failure.Invalid(Code, "The data has no rows.");
        if (all > MostRows)
            return new Failure(FailureKind.TooLarge, Code, $"The data has {all} rows and {MostRows} may be read; give a query that draws from it, such as 'select * from t using sample reservoir(100000 rows) repeatable (1)'.");
        var data = new ExplanationData(new FeatureMatrix((int)all, inputs.Count), label is null ? null : new string?[all]);
        using var reader = store.Read(inputs.Select(input => input.IsText ? store.TextOf(input.Name) : store.NumberOf(input.Name)).Append(label is null ? "null::varchar" : store.TextOf(label)), "true");
        for (var first = 0; reader.Read(); first += reader.Rows)
        {
            if (first + reader.Rows > all)
                return Failure.Conflict(Code, $"More than {all} rows were read: the data changed meanwhile.");
            Take(reader, first, data, inputs, codes);
        }

        return data;
    }

    private static void Take(DuckReader reader, int first, ExplanationData data, IReadOnlyList<ScoreInput> inputs, TextCodes codes)
    {
        for (var column = 0; column < inputs.Count; column++)
        {
            var vector = reader.Column(column);
            var numbers = inputs[column].IsText ? default : vector.Values<double>();
            for (var row = 0; row < reader.Rows; row++)
                data.Rows[first + row, column] = inputs[column].IsText ? codes.Encode(column, Text(vector, row)) : vector.IsNull(row) ? double.NaN : numbers[row];
        }

        for (var row = 0; data.Labels is not null && row < reader.Rows; row++)
            data.Labels[first + row] = Text(reader.Column(inputs.Count), row);
    }

    private static string? Text(DuckVector vector, int row) => vector.IsNull(row) ? null : Encoding.UTF8.GetString(vector.Utf8(row));
}
