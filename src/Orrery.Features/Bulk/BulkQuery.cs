namespace Orrery.Features;

/// <summary>Rows that a query gives.</summary>
/// <param name="Sql">One select; null for the whole of <paramref name="Table"/>.</param>
/// <param name="Table">A table of the warehouse; null for a query.</param>
/// <param name="Warehouse">One of the server's warehouses; null for the embedded engine, which reads <paramref name="Files"/>.</param>
/// <param name="Files">Of the embedded engine: what the query may name, by path or glob.</param>
public sealed record BulkQuery(string? Sql, string? Table, string? Warehouse, IReadOnlyDictionary<string, string> Files);
