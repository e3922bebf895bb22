using Orrery.Native;

namespace Orrery.Features;

/// <summary>A connection of the workspace's engine, for one request: its temporary tables and files go with it.</summary>
internal sealed class DuckLease(DuckConnection connection, string scratch, Action release) : IDisposable
{
    private bool _disposed;

    public DuckConnection Connection { get; } = connection;

    /// <summary>What queries of sources may use.</summary>
    public QueryLimits QueryLimits { get; init; } = new();

    /// <summary>A folder for the request's own files.</summary>
    public string Scratch { get; } = scratch;

    /// <summary>A path in it that is not taken.</summary>
    public string NewFile(string extension) => Path.Combine(Scratch, Path.GetRandomFileName() + extension);

    /// <summary>A whole number from the first row.</summary>
    public long? Whole(string sql, CancellationToken cancel)
    {
        using var reader = Connection.Query(sql, cancel: cancel);
        return reader.Read() && !reader.IsNull(0, 0) ? Convert.ToInt64(reader.Value(0, 0), System.Globalization.CultureInfo.InvariantCulture) : null;
    }

    /// <summary>Names and types of what a relation gives.</summary>
    public IReadOnlyList<DuckColumn> Columns(string from, CancellationToken cancel)
    {
        using var reader = Connection.Query($"from {from} limit 0", cancel: cancel);
        return reader.Columns;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        Connection.Dispose();
        try
        {
            Directory.Delete(Scratch, recursive: true);
        }
        catch (IOException)
        {
            // Emptied at the next start.
        }

        release();
    }
}
