using System.Collections.Concurrent;

namespace Orrery.Tenancy;

/// <summary>
/// What was found out and stays true until somebody's access changes, for a while. An answer that was asked for before a change is
/// never given after it. While the database is away an answer is believed longer: <see cref="AccessEpoch.Grace"/>. Thread-safe.
/// </summary>
/// <param name="time">Ages the entries.</param>
/// <param name="age">Longest time to remember while the database answers.</param>
/// <param name="capacity">Most entries; when it is reached, all are forgotten.</param>
/// <param name="epoch">Knows whether it answers.</param>
internal class Remembered<TKey, T>(TimeProvider time, TimeSpan age, int capacity, AccessEpoch epoch)
    where TKey : notnull
    where T : class
{
    private readonly ConcurrentDictionary<TKey, Entry> _entries = new();
    private long _generation;

    /// <summary>To be read before the question is put to the database.</summary>
    public long Generation => Interlocked.Read(ref _generation);

    public T? Find(TKey key) => Find(key, epoch.IsSilent && epoch.Grace > age ? epoch.Grace : age);

    /// <summary>What was known last, for who asked the database just now and was not answered.</summary>
    public T? FindOlder(TKey key) => Find(key, epoch.Grace);

    public void Keep(TKey key, T value, long generation)
    {
        if (_entries.Count >= capacity)
            _entries.Clear();
        _entries[key] = new(value, generation, time.GetTimestamp());
    }

    public void Forget()
    {
        Interlocked.Increment(ref _generation);
        _entries.Clear();
    }

    private T? Find(TKey key, TimeSpan most) =>
        _entries.TryGetValue(key, out var entry) && entry.Generation == Generation && time.GetElapsedTime(entry.At) < most ? entry.Value : null;

    private sealed record Entry(T Value, long Generation, long At);
}

/// <summary>By a text, to the letter.</summary>
internal sealed class Remembered<T>(TimeProvider time, TimeSpan age, int capacity, AccessEpoch epoch) : Remembered<string, T>(time, age, capacity, epoch)
    where T : class;
