namespace Orrery.Tenancy;

/// <summary>A price from a day on.</summary>
internal sealed record Price(string Meter, string Resource, int ValidFrom, decimal Amount);

/// <summary>The prices of all days.</summary>
internal sealed class PriceBook(IEnumerable<Price> prices)
{
    private readonly Dictionary<(string, string), Price[]> _prices = prices
        .GroupBy(static price => (price.Meter, price.Resource))
        .ToDictionary(static group => group.Key, static group => group.OrderByDescending(static price => price.ValidFrom).ToArray());

    /// <summary>What holds while nobody sets a price.</summary>
    public static readonly PriceBook Default = new([]);

    /// <summary>US dollars per price unit on a day: of the resource, else of the meter, else the default.</summary>
    public decimal On(Meter meter, string resource, int day) =>
        (resource.Length > 0 ? Find(meter.Name, resource, day) : null) ?? Find(meter.Name, "", day) ?? meter.DefaultPrice;

    /// <summary>Exact, not rounded to cents.</summary>
    public static decimal Cost(Meter meter, long micros, decimal price) => micros * price / UsageFact.Scale / meter.UnitsPerPrice;

    private decimal? Find(string meter, string resource, int day) =>
        _prices.TryGetValue((meter, resource), out var dated) ? Array.Find(dated, price => price.ValidFrom <= day)?.Amount : null;
}
