namespace Orrery.Native;

/// <summary>
/// A database, in a file or in memory. Opening a file again in this process gives the same one, which closes when the last of them and of their
/// connections is disposed; a second process is refused. Safe for any thread.
/// </summary>
public sealed class DuckDatabase : IDisposable
{
    private readonly DatabaseHandle _handle;

    private DuckDatabase(DatabaseHandle handle, string? path)
    {
        _handle = handle;
        Path = path;
    }

    /// <summary>The file, as a full path; null in memory.</summary>
    public string? Path { get; }

    /// <summary>Opens a file, which is made when it is not there and its folder is; null for a database in memory.</summary>
    /// <exception cref="ArgumentException">The options are wrong.</exception>
    /// <exception cref="DuckException">
    /// The library is missing, or the file is no database, is held by another process, or is open in this one with other options.
    /// </exception>
    public static DuckDatabase Open(string? path, DuckOptions options)
    {
        var problems = string.Join(' ', options.Problems());
        if (problems.Length > 0)
            throw new ArgumentException(problems, nameof(options));
        var full = path is null ? null : System.IO.Path.GetFullPath(path);
        DuckLibrary.EnsureLoaded();
        return new(Instances.Open(full, options), full);
    }

    /// <summary>A new connection. They are cheap: take one for each thing that goes on at a time.</summary>
    /// <exception cref="ObjectDisposedException">The database is disposed.</exception>
    public DuckConnection Connect()
    {
        ObjectDisposedException.ThrowIf(_handle.IsDisposed, this);
        var connection = new DuckConnection(Instances.Connect(_handle));
        _ = connection.Execute(Settings.Connect);
        return connection;
    }

    /// <summary>Gives the database up. It closes when its last connection, statement and reader is disposed, too.</summary>
    public void Dispose() => _handle.Dispose();
}
