using Orrery.Contracts;

namespace Orrery.Governance;

/// <summary>How rows to read may be named.</summary>
internal static class RowRules
{
    /// <summary>All that is wrong.</summary>
    public static IEnumerable<string> Problems(EvaluationData data)
    {
        var given = (data.TrainingSet is null ? 0 : 1) + (data.Files.Count > 0 ? 1 : 0) + (data.Table is null ? 0 : 1) + (data.Query is null ? 0 : 1);
        if (given != 1)
            yield return "'data' must have one of 'training_set', 'files', 'table' and 'query'.";
        if (data.TrainingSet is not null && data.Project is null)
            yield return "'data.training_set' needs 'data.project'.";
        if (data.Files.Count > 1000)
            yield return "'data.files' may have 1,000 entries: use globs.";
        if (data.Format is not (null or "parquet" or "csv" or "jsonl"))
            yield return $"'data.format' is '{data.Format}'; it must be parquet, csv or jsonl.";
        if (data.Table is not null && data.Warehouse is null)
            yield return "'data.table' needs 'data.warehouse', one of the server's.";
        if (data.Tables.Count > 0 && (data.Query is null || data.Warehouse is not null))
            yield return "'data.tables' is of a query without a warehouse.";
        if (data.Tables.Keys.FirstOrDefault(static name => name.StartsWith("orrery_", StringComparison.OrdinalIgnoreCase)) is { } ours)
            yield return $"'data.tables' names {ours}; names that begin with orrery_ are the server's.";
        if (data.Query is { Length: > 100_000 })
            yield return "'data.query' has more than 100,000 characters.";
    }
}
