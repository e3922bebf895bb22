using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tests.Integration;

/// <summary>A database that goes away and comes back as a test says.</summary>
internal sealed class SwitchedDb(Db inner) : Db
{
    public bool IsAway { get; set; }

    public override SqlDialect Dialect => inner.Dialect;

    private Db Inner => IsAway ? throw new DatabaseUnavailableException("The database is away.") : inner;

    public override async ValueTask<T> ReadAsync<T>(Func<DbSession, ValueTask<T>> read, CancellationToken cancel) => await Inner.ReadAsync(read, cancel);

    public override async ValueTask<T> SnapshotAsync<T>(Func<DbSession, ValueTask<T>> read, CancellationToken cancel) => await Inner.SnapshotAsync(read, cancel);

    public override async ValueTask<Result<T>> WriteAsync<T>(Func<DbSession, ValueTask<Result<T>>> write, CancellationToken cancel) =>
        await Inner.WriteAsync(write, cancel);

    public override ValueTask<Failure?> CheckAsync(CancellationToken cancel) => Inner.CheckAsync(cancel);

    public override ValueTask DisposeAsync() => default;

    internal override ValueTask MigrateAsync(Func<DbSession, ValueTask> migrate, CancellationToken cancel) => Inner.MigrateAsync(migrate, cancel);
}
