using Orrery.Kernel;

namespace Orrery.Storage;

/// <summary>
/// The metadata database. Reads run on their own connections and never wait for writes. A write is one transaction: all of
/// it happens, durably, before the caller is answered, or none of it.
/// </summary>
public abstract class Db : IAsyncDisposable
{
    /// <summary>Which SQL it speaks.</summary>
    public abstract SqlDialect Dialect { get; }

    /// <summary>Reads. On SQLite all statements of one read see one snapshot; on PostgreSQL each sees what is committed when it starts.</summary>
    /// <exception cref="DatabaseUnavailableException">The database is away.</exception>
    public abstract ValueTask<T> ReadAsync<T>(Func<DbSession, ValueTask<T>> read, CancellationToken cancel);

    /// <summary>
    /// Reads at length from one snapshot, on both databases and on a connection of its own: the delegate may await other things between
    /// its reads. Writers are not held up, but what they replace is kept until it ends.
    /// </summary>
    /// <exception cref="DatabaseUnavailableException">The database is away. Nothing is tried again.</exception>
    public abstract ValueTask<T> SnapshotAsync<T>(Func<DbSession, ValueTask<T>> read, CancellationToken cancel);

    /// <summary>
    /// Writes in one transaction. A <see cref="Failure"/> returned, or an exception thrown, undoes it. The delegate may be run
    /// again (after a deadlock, a lost connection before commit, or a failed group), so it must change nothing but the
    /// database; and it must await nothing but its session, since on SQLite it runs on the one writer's thread.
    /// </summary>
    /// <exception cref="DatabaseUnavailableException">The database is away or full; nothing was written, as far as is known.</exception>
    public abstract ValueTask<Result<T>> WriteAsync<T>(Func<DbSession, ValueTask<Result<T>>> write, CancellationToken cancel);

    /// <summary>Why the database cannot be used now; null when it can.</summary>
    public abstract ValueTask<Failure?> CheckAsync(CancellationToken cancel);

    /// <summary>Runs a migration script and its bookkeeping, alone among all servers.</summary>
    internal abstract ValueTask MigrateAsync(Func<DbSession, ValueTask> migrate, CancellationToken cancel);

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();
}

/// <summary>The database cannot answer: it is away, restarting, read-only or its disk is full. A caller may try again later.</summary>
public sealed class DatabaseUnavailableException : Exception
{
    /// <summary>With what happened.</summary>
    public DatabaseUnavailableException(string message, Exception? inner)
        : base(message, inner)
    {
    }

    /// <summary>With what happened.</summary>
    public DatabaseUnavailableException(string message)
        : base(message)
    {
    }

    /// <summary>Without saying why.</summary>
    public DatabaseUnavailableException()
    {
    }
}
