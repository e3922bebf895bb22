using Orrery.Contracts;
using Orrery.Kernel;

namespace Orrery.Serving;

/// <summary>What a batch prediction may ask for.</summary>
internal static class BatchRules
{
    public const string Fail = "fail";
    public const string Skip = "skip";
    public const string Csv = "csv";
    public const string Parquet = "parquet";
    public const string PredictionId = "prediction_id";
    public const int DefaultRefused = 10_000;
    public const int DefaultPartitionRows = 100_000;
    public const int DefaultParallel = 2;
    public const int MostPartitions = 100_000;

    private const int MostFiles = 1000;
    private const int LongestText = 1000;
    private const int LongestQuery = 100_000;
    private const int MostColumns = 4096;

    /// <summary><c>serving.invalid_batch</c> for the first thing that is wrong; null for nothing.</summary>
    public static Failure? Problem(BatchPredictionSpec spec) => Texts(spec).Concat(Model(spec)).Concat(Input(spec.Input)).Concat(Output(spec.Output)).Concat(Numbers(spec)).FirstOrDefault() is { } wrong
        ? Failure.Invalid("serving.invalid_batch", wrong)
        : null;

    private static IEnumerable<string> Texts(BatchPredictionSpec spec)
    {
        IEnumerable<(string Name, string? Text)> texts =
        [
            ("name", spec.Name), ("model", spec.Model), ("version", spec.Version), ("input.table", spec.Input.Table), ("input.warehouse", spec.Input.Warehouse),
            .. spec.Input.Files.Select(static file => ("input.files", (string?)file)), .. spec.Features.Select(static name => ("features", (string?)name)),
            .. spec.Output.Keep.Select(static name => ("output.keep", (string?)name)), .. spec.Output.Outputs.Select(static name => ("output.outputs", (string?)name)),
            .. Both("columns", spec.Columns), .. Both("input.tables", spec.Input.Tables),
        ];
        foreach (var (name, text) in texts)
        {
            if (text is { Length: 0 or > LongestText })
                yield return $"'{name}' has a text of {text.Length} characters; it must have 1 to {LongestText}.";
        }

        if (spec.Input.Query is { Length: 0 or > LongestQuery } query)
            yield return $"'input.query' has {query.Length} characters; it must have 1 to {LongestQuery}.";
    }

    private static IEnumerable<(string, string?)> Both(string name, IReadOnlyDictionary<string, string> pairs) =>
        pairs.SelectMany<KeyValuePair<string, string>, (string, string?)>(pair => [(name, pair.Key), (name, pair.Value)]);

    private static IEnumerable<string> Model(BatchPredictionSpec spec)
    {
        if (spec.Deployment is { } deployment)
        {
            if (spec.Model is not null || spec.Version is not null)
                yield return "Give 'model' and 'version', or 'deployment', not both.";
            if (deployment.Environment.Length == 0 || deployment.Name.Length == 0)
                yield return "'deployment' must have 'environment' and 'name'.";
        }
        else if (spec.Model is null || spec.Version is null)
        {
            yield return "Say which model predicts: 'model' and 'version', or 'deployment'.";
        }
    }

    private static IEnumerable<string> Input(BatchInput input)
    {
        var given = (input.Files.Count > 0 ? 1 : 0) + (input.Table is null ? 0 : 1) + (input.Query is null ? 0 : 1);
        if (given != 1)
            yield return "'input' must have one of 'files', 'table' and 'query'.";
        if (input.Files.Count > MostFiles)
            yield return $"'input.files' has {input.Files.Count} entries; it may have {MostFiles}: use globs.";
        if (input.Format is not (null or Parquet or Csv or "jsonl"))
            yield return $"'input.format' is '{input.Format}'; it must be parquet, csv or jsonl.";
        if (input.Format is not null && input.Files.Count == 0)
            yield return "'input.format' is of 'input.files'; there are none.";
        if (input.Table is not null && input.Warehouse is null)
            yield return "'input.table' needs 'input.warehouse', one of the server's.";
        if (input.Files.Count > 0 && input.Warehouse is not null)
            yield return "'input.warehouse' is of a table or query, not of files.";
        if (input.Tables.Count > 0 && (input.Query is null || input.Warehouse is not null))
            yield return "'input.tables' is of a query without a warehouse.";
        if (input.Tables.Keys.FirstOrDefault(static name => name.StartsWith("orrery_", StringComparison.OrdinalIgnoreCase)) is { } ours)
            yield return $"'input.tables' names {ours}; names that begin with orrery_ are the server's.";
    }

    private static IEnumerable<string> Output(BatchOutput output)
    {
        if (output.Format is not (Parquet or Csv))
            yield return $"'output.format' is '{output.Format}'; it must be parquet or csv.";
        if (output.Keep.Count > MostColumns || output.Outputs.Count > MostColumns)
            yield return $"'output.keep' and 'output.outputs' may have {MostColumns} names each.";
        if (output.Keep.GroupBy(static name => name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(static same => same.Count() > 1) is { } twice)
            yield return $"'output.keep' has '{twice.Key}' twice.";
        if (output.Outputs.GroupBy(static name => name, StringComparer.Ordinal).FirstOrDefault(static same => same.Count() > 1) is { } again)
            yield return $"'output.outputs' has '{again.Key}' twice.";
        if (output.Keep.FirstOrDefault(static name => name.Equals(PredictionId, StringComparison.OrdinalIgnoreCase)) is { } taken)
            yield return $"'output.keep' has '{taken}', a column that the output has of its own.";
        if (output.RetentionDays is < 1 or > 3650)
            yield return $"'output.retention_days' is {output.RetentionDays}; it must be 1 to 3,650.";
    }

    private static IEnumerable<string> Numbers(BatchPredictionSpec spec)
    {
        if (spec.OnError is not (Fail or Skip))
            yield return $"'on_error' is '{spec.OnError}'; it must be fail or skip.";
        if (spec.MaxRefused is < 0 or > 1_000_000)
            yield return $"'max_refused' is {spec.MaxRefused}; it must be 0 to 1,000,000.";
        if (spec.PartitionRows is < 1 or > 1_000_000)
            yield return $"'partition_rows' is {spec.PartitionRows}; it must be 1 to 1,000,000.";
        if (spec.Parallel is < 1 or > 64)
            yield return $"'parallel' is {spec.Parallel}; it must be 1 to 64.";
        if (spec.Features.Count > MostColumns || spec.Columns.Count > MostColumns)
            yield return $"'features' and 'columns' may have {MostColumns} names each.";
        if (spec.Features.Count > 0 && spec.Columns.Count > 0)
            yield return "'features' names the input's columns in the model's order; 'columns' has no place beside it.";
    }
}
