namespace Churn;

/// <summary>
/// SplitMix64 (Steele, Lea and Flood, 2014): a small generator whose numbers are the same on every machine and in every
/// language, so that the Python half of this story draws the same split.
/// </summary>
internal sealed class SplitMix64(ulong seed)
{
    private ulong _state = seed;

    public ulong Next()
    {
        _state += 0x9E3779B97F4A7C15;
        var z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>Uniform in [0, bound). The bias of the plain remainder is below 2^-40 for the bounds used here.</summary>
    public int Next(int bound) => (int)(Next() % (ulong)bound);

    /// <summary>Puts the items in random order (Fisher and Yates).</summary>
    public void Shuffle(Span<int> items)
    {
        for (var last = items.Length - 1; last > 0; last--)
        {
            var other = Next(last + 1);
            (items[last], items[other]) = (items[other], items[last]);
        }
    }
}
