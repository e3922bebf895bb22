namespace Orrery.Features;

/// <summary>A column of a table that a query reads.</summary>
/// <param name="Table">As the query names it, with its schema where it says one.</param>
/// <param name="Column">As the query names it; null for the table as a whole, where nobody can tell which of its columns it is.</param>
internal readonly record struct TableColumn(string Table, string? Column);
