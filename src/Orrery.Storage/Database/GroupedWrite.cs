namespace Orrery.Storage;

/// <summary>What is written once for all writes that are committed together. Make one for each kind of item, and keep it.</summary>
public abstract class GroupedWrite
{
    internal abstract ValueTask WriteAsync(DbSession session, IReadOnlyList<object> items);
}

/// <summary>Writes the items of a group, in the order in which they were gathered. Like a write, it awaits nothing but its session.</summary>
/// <param name="write">Gets the session and the items; when it throws, nothing of the group is committed.</param>
public sealed class GroupedWrite<T>(Func<DbSession, IReadOnlyList<T>, ValueTask> write) : GroupedWrite
    where T : class
{
    internal override ValueTask WriteAsync(DbSession session, IReadOnlyList<object> items) => write(session, [.. items.Cast<T>()]);
}
