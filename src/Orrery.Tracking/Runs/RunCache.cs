using Orrery.Kernel;

namespace Orrery.Tracking;

/// <summary>
/// Runs as they go over the wire, least recently used dropped first. An entry serves only the revision it was made of, which
/// the database says anew each time, so several servers on one database need not tell each other of writes. Thread-safe.
/// </summary>
internal sealed class RunCache(long maxBytes)
{
    private const int Overhead = 200;
    private readonly Lock _lock = new();
    private readonly Dictionary<(WorkspaceId Workspace, string RunId), LinkedListNode<Entry>> _entries = [];
    private readonly LinkedList<Entry> _used = new();
    private long _bytes;

    /// <summary>The JSON of a run at this revision; null when it is not here.</summary>
    public byte[]? Find(WorkspaceId workspace, string runId, long revision)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue((workspace, runId), out var node) || node.Value.Revision != revision)
                return null;
            if (node != _used.First)
            {
                _used.Remove(node);
                _used.AddFirst(node);
            }

            return node.Value.Json;
        }
    }

    public void Put(WorkspaceId workspace, string runId, long revision, byte[] json)
    {
        lock (_lock)
        {
            if (_entries.TryGetValue((workspace, runId), out var old))
            {
                if (old.Value.Revision > revision)
                    return;
                Remove(old);
            }

            var node = _used.AddFirst(new Entry((workspace, runId), revision, json));
            _entries.Add(node.Value.Key, node);
            _bytes += json.Length + Overhead;
            while (_bytes > maxBytes && _used.Last is { } last)
                Remove(last);
        }
    }

    private void Remove(LinkedListNode<Entry> node)
    {
        _used.Remove(node);
        _entries.Remove(node.Value.Key);
        _bytes -= node.Value.Json.Length + Overhead;
    }

    private sealed record Entry((WorkspaceId Workspace, string RunId) Key, long Revision, byte[] Json);
}
