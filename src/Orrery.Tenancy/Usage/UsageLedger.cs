using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary>
/// The ledger of what workspaces used. Append-only: a fact is never changed or removed, and is its own record, so that writing one
/// needs no entry in the audit trail. Thread-safe.
/// </summary>
public sealed class UsageLedger
{
    private readonly TimeProvider _time;

    internal UsageLedger(TimeProvider time) => _time = time;

    /// <summary>
    /// Writes facts in the caller's transaction, all or none. A fact of a month that is closed goes to the first open one, as an adjustment.
    /// </summary>
    /// <param name="session">The caller's transaction.</param>
    /// <param name="actor">Whose workspace used it.</param>
    /// <param name="facts">Up to a few thousand.</param>
    /// <returns>How many were new, or <c>tenancy.invalid_usage</c>.</returns>
    public async ValueTask<Result<int>> AppendAsync(DbSession session, Actor actor, IReadOnlyList<UsageFact> facts)
    {
        foreach (var fact in facts)
        {
            if (fact.Fault() is { } wrong)
                return wrong;
        }

        if (facts.Count == 0)
            return 0;
        var closed = await UsageStore.ClosedThroughAsync(session, actor.Workspace, close: false);
        return await UsageStore.InsertAsync(session, actor.Workspace, facts, firstOpen: closed + 1, _time.GetUtcNow().ToUnixTimeMilliseconds());
    }
}
