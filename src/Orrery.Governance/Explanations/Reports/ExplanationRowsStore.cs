using Orrery.Kernel;
using Orrery.Native;
using Orrery.Serving;

namespace Orrery.Governance;

/// <summary>SQL of the rows that reports read, for DuckDB.</summary>
internal static class ExplanationRowsStore
{
    private const string Code = "governance.explanation_data";

    /// <summary>Reads the rows of Parquet files in their order; <c>governance.explanation_data</c>.</summary>
    public static Result<ExplanationData> Read(
        DuckConnection connection, IReadOnlyList<string> files, string? label, ScoredVersion version, TextCodes codes, CancellationToken cancel)
    {
        var from = $"read_parquet([{string.Join(", ", files.Select(Text))}], union_by_name = true)";
        List<string> there;
        using (var columns = connection.Query($"from {from} limit 0", cancel: cancel))
            there = [.. columns.Columns.Select(static column => column.Name)];
        var wanted = version.Inputs.Select(static input => input.Name).ToList();
        if (label is not null)
            wanted.Add(label);
        if (wanted.FirstOrDefault(name => !there.Contains(name)) is { } missing)
            return Failure.Invalid(Code, $"The data has no column '{missing}'; it has {string.Join(", ", there.Take(50))}.");
        return Fill(connection, from, label, version, codes, cancel);
    }

    private static Result<ExplanationData> Fill(DuckConnection connection, string from, string? label, ScoredVersion version, TextCodes codes, CancellationToken cancel)
    {
        var inputs = version.Inputs;
        var select = inputs.Select(static input => $"try_cast({Name(input.Name)} as {(input.IsText ? "varchar" : "double")}), {Name(input.Name)} is null")
            .Append(label is null ? "null::varchar" : $"cast({Name(label)} as varchar)");
        var rows = new List<double[]>();
        var labels = new List<string?>();
        using var reader = connection.Query($"select {string.Join(", ", select)} from {from}", streaming: true, cancel);
        while (reader.Read())
        {
            for (var row = 0; row < reader.Rows; row++)
            {
                if (rows.Count == ExplanationInput.MostRows)
                    return new Failure(FailureKind.TooLarge, Code, $"The data has more than {ExplanationInput.MostRows} rows; give a query that draws from it, such as 'select * from t using sample reservoir(100000 rows) repeatable (1)'.");
                var values = new double[inputs.Count];
                for (var column = 0; column < values.Length; column++)
                {
                    var given = reader.Value(2 * column, row);
                    if (inputs[column].IsText)
                        values[column] = codes.Encode(column, (string?)given);
                    else if (given is double number)
                        values[column] = number;
                    else if (reader.Value((2 * column) + 1, row) is true)
                        values[column] = double.NaN;
                    else
                        return Failure.Invalid(Code, $"Row {rows.Count} of column '{inputs[column].Name}' is no number.");
                }

                rows.Add(values);
                labels.Add((string?)reader.Value(2 * inputs.Count, row));
            }
        }

        if (rows.Count == 0)
            return Failure.Invalid(Code, "The data has no rows.");
        var matrix = new FeatureMatrix(rows.Count, inputs.Count);
        for (var row = 0; row < rows.Count; row++)
            rows[row].CopyTo(matrix.Row(row));
        return new ExplanationData(matrix, label is null ? null : [.. labels]);
    }

    private static string Name(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static string Text(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
