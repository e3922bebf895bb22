namespace Orrery.Tenancy;

/// <summary>Rounding of money.</summary>
internal static class Cents
{
    /// <summary>
    /// Rounds amounts to cents so that they add up to their rounded sum: each is cut, and what is missing goes a cent each to those that lost
    /// most (method of largest remainders); among equals to the first.
    /// </summary>
    /// <param name="exact">None negative.</param>
    public static decimal[] Round(IReadOnlyList<decimal> exact)
    {
        var cents = new decimal[exact.Count];
        var order = new int[exact.Count];
        decimal sum = 0, cut = 0;
        for (var i = 0; i < cents.Length; i++)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(exact[i]);
            cents[i] = decimal.Truncate(exact[i] * 100);
            order[i] = i;
            sum += exact[i];
            cut += cents[i];
        }

        var missing = (int)(Round(sum) * 100 - cut);
        var remainders = new decimal[cents.Length];
        for (var i = 0; i < cents.Length; i++)
            remainders[i] = exact[i] * 100 - cents[i];
        foreach (var i in order.OrderByDescending(i => remainders[i]).Take(missing))
            cents[i]++;
        return Array.ConvertAll(cents, static cent => cent / 100);
    }

    /// <summary>To the nearest cent, half a cent upwards.</summary>
    public static decimal Round(decimal amount) => decimal.Round(amount, 2, MidpointRounding.AwayFromZero);
}
