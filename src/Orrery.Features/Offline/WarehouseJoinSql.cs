namespace Orrery.Features;

/// <summary>SQL in the embedded engine around a join in a warehouse.</summary>
internal static class WarehouseJoinSql
{
    /// <summary>What goes to the warehouse of the entity rows.</summary>
    public static string Entities(IReadOnlyList<string> keys) =>
        $"select id, t{string.Concat(keys.Select(static key => $", {key}"))} from {DuckDbJoinSql.Entities}";

    /// <summary>A table for what comes back.</summary>
    public static string Carrier(string table, IEnumerable<SourceType> types) =>
        $"create temp table {table} (id bigint{CarriedColumns.Declare(types)})";

    /// <summary>What came back, as it is declared.</summary>
    public static string Declared(string table, string carrier, IEnumerable<string> columns) =>
        $"create temp table {table} as select id, {string.Join(", ", columns)} from {carrier}";

    /// <summary>Takes a table away.</summary>
    public static string Drop(string table) => $"drop table {table}";
}
