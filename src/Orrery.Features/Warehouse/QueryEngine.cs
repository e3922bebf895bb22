using Orrery.Native;

namespace Orrery.Features;

/// <summary>What the SQL of a query source may use, in the engine of its own that it runs in.</summary>
internal sealed record QueryLimits
{
    public int Threads { get; init; } = 1;

    public long MemoryBytes { get; init; } = 256L << 20;

    /// <summary>Of its result, and of what does not fit into memory.</summary>
    public long DiskBytes { get; init; } = 4L << 30;

    /// <summary>Half of what the workspace's engine has.</summary>
    public static QueryLimits Of(DuckDbSettings settings, int threads) => new()
    {
        Threads = Math.Max(1, threads / 2),
        MemoryBytes = Math.Max(64L << 20, ((long)settings.MemoryMb << 20) / 2),
        DiskBytes = (long)settings.QueryResultMb << 20,
    };
}

/// <summary>A file source that a query names.</summary>
/// <param name="Name">Its name in the query.</param>
/// <param name="From">How it is read.</param>
/// <param name="Files">The files behind it.</param>
internal sealed record QueryInput(string Name, string From, IReadOnlyList<string> Files);

/// <summary>
/// Runs the SQL of a query source in a DuckDB instance of its own, which opens the files of the sources that it names and no others, and hands
/// its rows over as a Parquet file: nothing that the SQL does reaches the workspace's engine, its tables or its memory.
/// </summary>
internal static class QueryEngine
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    /// <summary>Writes the rows of a query to a file, in the query's order.</summary>
    /// <returns>The file; null for what is not one select that only reads.</returns>
    /// <exception cref="DuckException">It does not run.</exception>
    /// <exception cref="QueryTooLargeException">Its result is larger than it may be.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static string? Run(string query, IReadOnlyList<QueryInput> inputs, QueryLimits limits, string folder, CancellationToken cancel)
    {
        var target = Path.Combine(folder, Path.GetRandomFileName() + ".parquet");
        using var database = DuckDatabase.Open(null, new()
        {
            Threads = limits.Threads,
            MemoryLimitBytes = limits.MemoryBytes,
            TempDirectory = Path.Combine(folder, "query-spill"),
            MaxTempBytes = limits.DiskBytes,
            AllowedPaths = [.. inputs.SelectMany(static input => input.Files), target],
        });
        using var connection = database.Connect();
        foreach (var input in inputs)
            connection.Execute(QuerySql.View(input.Name, input.From), cancel);
        if (!connection.OnlyReads(query))
            return null;
        Copy(connection, query, target, limits, cancel);
        return target;
    }

    private static void Copy(DuckConnection connection, string query, string target, QueryLimits limits, CancellationToken cancel)
    {
        using var bounded = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var isTooLarge = false;
        using var watch = new Timer(_ =>
        {
            if (new FileInfo(target) is not { Exists: true } file || file.Length <= limits.DiskBytes)
                return;
            Volatile.Write(ref isTooLarge, true);
            bounded.Cancel();
        }, null, Look, Look);
        try
        {
            connection.Execute(QuerySql.Copy(query, Columns(connection, query, bounded.Token), target), bounded.Token);
        }
        catch (OperationCanceledException) when (Volatile.Read(ref isTooLarge) && !cancel.IsCancellationRequested)
        {
            throw new QueryTooLargeException();
        }
        finally
        {
            // The timer may not find its token disposed.
            using var ended = new ManualResetEvent(initialState: false);
            if (watch.Dispose(ended))
                ended.WaitOne();
        }
    }

    private static IReadOnlyList<DuckColumn> Columns(DuckConnection connection, string query, CancellationToken cancel)
    {
        using var reader = connection.Query(QuerySql.Nothing(query), cancel: cancel);
        return reader.Columns;
    }
}

/// <summary>The result of a query is larger than it may be.</summary>
internal sealed class QueryTooLargeException : Exception;

/// <summary>SQL around that of query sources.</summary>
internal static class QuerySql
{
    public static string View(string name, string from) => $"create or replace temp view {Quote.Name(name)} as from {from}";

    public static string Nothing(string query) => $"from {Nested(query)} limit 0";

    /// <summary>Writes the rows to a file. What Parquet has no type for becomes the nearest that it has.</summary>
    public static string Copy(string query, IReadOnlyList<DuckColumn> columns, string target)
    {
        var replaced = columns.Select(static column => Replaced(column.Type.Id) is { } type ? $"cast({Quote.Name(column.Name)} as {type}) as {Quote.Name(column.Name)}" : null).OfType<string>().ToList();
        return $"copy (select *{(replaced.Count > 0 ? $" replace ({string.Join(", ", replaced)})" : "")} from {Nested(query)}) to {Quote.Text(target)} (format parquet)";
    }

    private static string Nested(string query) => $"(\n{query}\n)";

    private static string? Replaced(DuckTypeId type) => type switch
    {
        DuckTypeId.HugeInt or DuckTypeId.UHugeInt => "decimal(38, 0)",
        DuckTypeId.SqlNull or DuckTypeId.BigNum => "varchar",
        _ => null,
    };
}
