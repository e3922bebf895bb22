using System.Globalization;
using Orrery.Native;

namespace Orrery.Serving;

/// <summary>SQL of the keys of those who have opted out, for DuckDB.</summary>
internal static class BatchSubjectsStore
{
    private const int AtOnce = 500;

    /// <summary>The keys in some rows of a file, each once, as texts.</summary>
    public static DuckReader Distinct(DuckConnection connection, IReadOnlyList<DuckColumn> keys, RowRange range, CancellationToken cancel)
    {
        var texts = keys.Select(Key).ToList();
        return connection.Query(
            $"select distinct {string.Join(", ", texts)} from {BatchRowsStore.Range(range)} where {string.Join(" and ", texts.Select(static text => $"{text} is not null"))}", streaming: true, cancel);
    }

    /// <summary>Notes keys in a table of their own.</summary>
    public static void Note(DuckConnection connection, int width, IEnumerable<IReadOnlyList<string>> keys, int number, CancellationToken cancel)
    {
        connection.Execute($"create or replace temp table {Table(number)} ({string.Join(", ", Enumerable.Range(0, width).Select(static at => FormattableString.Invariant($"k{at} varchar")))})", cancel);
        foreach (var some in keys.Chunk(AtOnce))
            connection.Execute($"insert into {Table(number)} values {string.Join(", ", some.Select(static key => $"({string.Join(", ", key.Select(BatchRowsStore.Text))})"))}", cancel);
    }

    /// <summary>Whether a row has a key of such a table.</summary>
    public static string Condition(IReadOnlyList<DuckColumn> keys, int number) => $"({string.Join(", ", keys.Select(Key))}) in (from {Table(number)})";

    private static string Table(int number) => string.Create(CultureInfo.InvariantCulture, $"opted_out_{number}");

    // As codes have it: of a floating number that is whole, without its fraction.
    private static string Key(DuckColumn column)
    {
        var name = BatchRowsStore.Name(column.Name);
        return column.Type.Id is DuckTypeId.Double or DuckTypeId.Float
            ? $"coalesce(cast(try_cast({name} as bigint) as varchar), cast({name} as varchar))"
            : $"cast({name} as varchar)";
    }
}
