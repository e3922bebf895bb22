using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Orrery.Audit;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary>What things cost. One list for the whole platform; changes hold from a day on and leave closed statements as they are.</summary>
internal sealed class Prices(Db db, AuditLog audit, TimeProvider time)
{
    private const decimal Most = 1_000_000;

    /// <summary>All prices, with the defaults where none holds from the start.</summary>
    public async ValueTask<CostPriceList> ListAsync(CancellationToken cancel)
    {
        var set = await db.ReadAsync(PriceStore.ListAsync, cancel);
        var defaults = Meters.All.Select(static meter => new CostPrice { Meter = meter.Name, Price = meter.DefaultPrice, Per = meter.PriceUnit });
        return new CostPriceList
        {
            Prices =
            [
                .. defaults.Concat(set.Select(Document))
                    .OrderBy(static p => p.Meter, StringComparer.Ordinal).ThenBy(static p => p.Resource, StringComparer.Ordinal).ThenBy(static p => p.ValidFrom),
            ],
        };
    }

    /// <summary>Sets a price from a day on; today's when none is given.</summary>
    /// <returns><c>tenancy.invalid_price</c>.</returns>
    public async ValueTask<Result<CostPrice>> SetAsync(Actor actor, CostPrice asked, CancellationToken cancel)
    {
        if (Meters.Find(asked.Meter) is null)
            return Wrong($"'{asked.Meter}' is not a meter: {string.Join(", ", Meters.All.Select(static meter => meter.Name))}");
        if (asked.Resource.Length > 0 && asked.Meter != Meters.GpuSeconds)
            return Wrong($"only {Meters.GpuSeconds} has types, and '{asked.Resource}' is given for {asked.Meter}");
        if (asked.Resource.Length > 256 || asked.Resource.Any(char.IsControl))
            return Wrong("the resource is longer than 256 characters or has control characters");
        if (asked.Price is < 0 or > Most || decimal.Round(asked.Price, 8) != asked.Price)
            return Wrong(string.Create(CultureInfo.InvariantCulture, $"the price is {asked.Price}; it must be 0 to {Most} with up to 8 decimals"));
        var now = time.GetUtcNow();
        var from = asked.ValidFrom ?? DateOnly.FromDateTime(now.UtcDateTime);
        if (from.Year is < 1970 or > 9000)
            return Wrong($"the first day lies in the year {from.Year}");
        var price = new Price(asked.Meter, asked.Resource, BillingMonth.DayOf(from), asked.Price);
        return await db.WriteAsync<CostPrice>(async session =>
        {
            await PriceStore.PutAsync(session, price, actor.Name, now.ToUnixTimeMilliseconds());
            var text = string.Create(CultureInfo.InvariantCulture, $"{price.Amount} from {from:yyyy-MM-dd}");
            await audit.AppendAsync(session, actor, new("price.set", "price", price.Resource.Length > 0 ? $"{price.Meter}/{price.Resource}" : price.Meter)
            {
                After = SHA256.HashData(Encoding.UTF8.GetBytes(text)),
            });
            return Document(price);
        }, cancel);
    }

    private static CostPrice Document(Price price) => new()
    {
        Meter = price.Meter,
        Resource = price.Resource,
        ValidFrom = BillingMonth.DateOf(price.ValidFrom),
        Price = price.Amount,
        Per = Meters.Find(price.Meter)!.PriceUnit,
    };

    private static Failure Wrong(string what) => Failure.Invalid("tenancy.invalid_price", $"The price cannot be set: {what}.");
}
