namespace Orrery.Serving;

/// <summary>
/// Shares requests among variants by weight. With a user's key the share is by weighted rendezvous hashing (each variant draws <c>-w / ln(u)</c> from the key,
/// the greatest wins): the same user the same variant on every server, and a change of weights moves no more users than it must.
/// </summary>
/// <remarks>Schindelhauer and Schomaker, "Weighted Distributed Hash Tables", SPAA 2005 (the logarithmic method).</remarks>
internal sealed class TrafficSplit
{
    private readonly int[] _weights;
    private readonly ulong[] _salts;
    private readonly long _total;
    private ulong _state;

    /// <param name="scope">What the split is of: users fall differently in different deployments.</param>
    /// <param name="variants">Names and weights, at least one above 0.</param>
    /// <param name="seed">Begins the draws.</param>
    public TrafficSplit(string scope, IReadOnlyList<(string Name, int Weight)> variants, ulong seed)
    {
        _state = seed;
        _weights = [.. variants.Select(static variant => variant.Weight)];
        _salts = [.. variants.Select(variant => StickyHash.Of(variant.Name, StickyHash.Of(scope)))];
        _total = variants.Sum(static variant => (long)variant.Weight);
    }

    /// <summary>Place of the variant that a user gets.</summary>
    public int Choose(string key)
    {
        if (_weights.Length == 1)
            return 0;
        var (best, chosen) = (double.NegativeInfinity, 0);
        for (var index = 0; index < _weights.Length; index++)
        {
            if (_weights[index] == 0)
                continue;
            var drawn = -_weights[index] / Math.Log(StickyHash.Unit(key, _salts[index]));
            if (drawn > best)
                (best, chosen) = (drawn, index);
        }

        return chosen;
    }

    /// <summary>Place of a variant drawn by weight, for any number of callers at once (SplitMix64; Steele, Lea and Flood, OOPSLA 2014).</summary>
    public int Draw()
    {
        if (_weights.Length == 1)
            return 0;
        var drawn = StickyHash.Mix13(Interlocked.Add(ref _state, 0x9e3779b97f4a7c15));
        var ticket = (long)Math.BigMul(drawn, (ulong)_total, out _);
        for (var index = 0; index < _weights.Length; index++)
        {
            ticket -= _weights[index];
            if (ticket < 0)
                return index;
        }

        return _weights.Length - 1;
    }
}
