namespace Orrery.Features;

/// <summary>SQL around rows of a warehouse that are checked in the embedded engine.</summary>
internal static class WarehouseRowsSql
{
    /// <summary>The table: <c>f0..</c>, of which the last says whether a row may be used.</summary>
    public static string Create(string table, IEnumerable<SourceType> types) => $"create or replace temp table {table} ({CarriedColumns.Declare(types)[2..]})";

    /// <summary>What the warehouse is asked.</summary>
    public static string Read(IEnumerable<string> columns, string keeps, string from, string where) => $"select {string.Join(", ", columns.Append(keeps))} from {from} where {where}";

    /// <summary>The rows under their own names.</summary>
    public static string Named(string table, IReadOnlyList<WarehouseColumn> columns)
    {
        var named = columns.Select(static (column, i) => $"{column.Here($"f{i}")} as {Quote.Name(column.Column.Name)}").Append($"f{columns.Count} as {WarehouseRows.Keeps}");
        return $"(select {string.Join(", ", named)} from {table}) checked";
    }
}
