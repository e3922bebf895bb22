using Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary>
/// Tells servers to forget what they remember of principals, tokens and grants. A change raises the number in its own transaction;
/// every server looks at the number several times a second.
/// </summary>
internal sealed class AccessEpoch(Db db, IdentityOptions options)
{
    private long _seen;
    private volatile bool _isSilent;

    /// <summary>Called on this server soon after anything changed anywhere. Quick, and does not throw.</summary>
    public event Action? Changed;

    /// <summary>True from the moment a look was not answered until one is.</summary>
    public bool IsSilent => _isSilent;

    /// <summary>How long what was found out is believed while the database is away.</summary>
    public TimeSpan Grace => options.OutageGrace;

    /// <summary>Raises the number in the transaction of a change.</summary>
    public static ValueTask RaiseAsync(DbSession session) => AccessEpochStore.RaiseAsync(session);

    /// <summary>Looks now: after a change of this server's own, so that its next request already knows.</summary>
    public async ValueTask LookAsync(CancellationToken cancel)
    {
        var now = await db.ReadAsync(AccessEpochStore.ReadAsync, cancel);
        _isSilent = false;
        if (Interlocked.Exchange(ref _seen, now) != now)
            Changed?.Invoke();
    }

    /// <summary>The database did not answer in time.</summary>
    public void NotHeard() => _isSilent = true;
}
