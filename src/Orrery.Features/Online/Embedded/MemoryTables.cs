using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Orrery.Features;

/// <summary>All tables of the store in process. Found without a lock; changed by the store's writer only.</summary>
internal sealed class MemoryTables
{
    private readonly ConcurrentDictionary<OnlineTable, MemoryTable> _byName = new();
    private readonly Dictionary<int, MemoryTable> _byId = [];
    private int _lastId;

    public long Bytes => _byName.Sum(static pair => pair.Value.Bytes);

    public IReadOnlyList<MemoryTable> All => [.. _byName.Values.OrderBy(static table => table.Id)];

    public bool TryFind(in OnlineTable name, [NotNullWhen(true)] out MemoryTable? table) => _byName.TryGetValue(name, out table);

    public MemoryTable? Find(int id)
    {
        _lastId = Math.Max(_lastId, id);
        return _byId.GetValueOrDefault(id);
    }

    /// <summary>A new table with a number of its own.</summary>
    public MemoryTable Make(OnlineTable name) => Add(_lastId + 1, name, capacity: 0);

    /// <summary>A table as a log has it; one that is there already stays.</summary>
    public MemoryTable Add(int id, OnlineTable name, int capacity)
    {
        if (Find(id) is { } known)
            return known;
        var table = new MemoryTable(id, name, capacity);
        _byId[id] = table;
        _byName[name] = table;
        return table;
    }

    public void Remove(MemoryTable table)
    {
        _byId.Remove(table.Id);
        _byName.TryRemove(KeyValuePair.Create(table.Name, table));
    }
}
