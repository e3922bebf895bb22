using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tests.Integration;

/// <summary>Counts the reads that go through it to another.</summary>
internal sealed class CountingDb(Db inner) : Db
{
    private int _reads;

    public int Reads => _reads;

    public override SqlDialect Dialect => inner.Dialect;

    public override ValueTask<T> ReadAsync<T>(Func<DbSession, ValueTask<T>> read, CancellationToken cancel)
    {
        Interlocked.Increment(ref _reads);
        return inner.ReadAsync(read, cancel);
    }

    public override ValueTask<T> SnapshotAsync<T>(Func<DbSession, ValueTask<T>> read, CancellationToken cancel)
    {
        Interlocked.Increment(ref _reads);
        return inner.SnapshotAsync(read, cancel);
    }

    public override ValueTask<Result<T>> WriteAsync<T>(Func<DbSession, ValueTask<Result<T>>> write, CancellationToken cancel) => inner.WriteAsync(write, cancel);

    public override ValueTask<Failure?> CheckAsync(CancellationToken cancel) => inner.CheckAsync(cancel);

    internal override ValueTask MigrateAsync(Func<DbSession, ValueTask> migrate, CancellationToken cancel) => inner.MigrateAsync(migrate, cancel);

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
