using Orrery.Kernel;

namespace Orrery.Storage;

/// <summary>A duty that one server at a time performs. On SQLite the file's lock makes this server the only one.</summary>
/// <param name="db">The database that the servers share.</param>
/// <param name="name">Of the duty.</param>
/// <param name="holder">Name of this server.</param>
/// <param name="length">How long it is held without being prolonged.</param>
/// <param name="time">The clock.</param>
public sealed class DutyLease(Db db, string name, string holder, TimeSpan length, TimeProvider time)
{
    /// <summary>Takes the lease when it is free, or prolongs it when it is ours.</summary>
    public async ValueTask<bool> TakeAsync(CancellationToken cancel)
    {
        if (db.Dialect.Kind is DatabaseKind.Sqlite)
            return true;
        var now = time.GetUtcNow();
        var taken = await db.WriteAsync<bool>(
            async session => await DutyLeaseStore.TakeAsync(session, name, holder, now.ToUnixTimeMilliseconds(), (now + length).ToUnixTimeMilliseconds()), cancel);
        return taken.Value;
    }

    /// <summary>Leaves it to the others, when it is ours.</summary>
    public async ValueTask ReleaseAsync(CancellationToken cancel)
    {
        if (db.Dialect.Kind is DatabaseKind.Sqlite)
            return;
        await db.WriteAsync<Done>(async session =>
        {
            await DutyLeaseStore.ReleaseAsync(session, name, holder);
            return Done.Ok;
        }, cancel);
    }
}
