using System.Globalization;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary>What days cost, from the ledger.</summary>
internal sealed class CostTrends(Db db, TimeProvider time)
{
    /// <summary>Most days that are told at once.</summary>
    public const int MostDays = 400;

    /// <summary>Days that are told when none are named.</summary>
    public const int DefaultDays = 30;

    private const int Decimals = 6;

    /// <summary>Cost by day, who pays and meter.</summary>
    /// <param name="actor">Whose workspace.</param>
    /// <param name="from">First day such as 2026-10-01; null for 30 days up to the last.</param>
    /// <param name="to">Last day; null for today.</param>
    /// <param name="model">Name of the only model that is told of; null for everything.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <returns><c>tenancy.invalid_days</c>.</returns>
    public async ValueTask<Result<CostDays>> FindAsync(Actor actor, string? from, string? to, string? model, CancellationToken cancel)
    {
        if (Day(to, DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime)) is not { } last || Day(from, last.AddDays(1 - DefaultDays)) is not { } first)
            return Failure.Invalid("tenancy.invalid_days", "from and to are days such as 2026-10-01, from 1970 to 8999.");
        if (first > last || last.DayNumber - first.DayNumber >= MostDays)
            return Failure.Invalid("tenancy.invalid_days", $"The days from {first:yyyy-MM-dd} to {last:yyyy-MM-dd} must be 1 to {MostDays} in their order.");
        return await db.ReadAsync(async session =>
        {
            var sums = await UsageStore.SumsAsync(session, actor.Workspace, BillingMonth.DayOf(first), BillingMonth.DayOf(last), model);
            var prices = new PriceBook(await PriceStore.ListAsync(session));
            return new CostDays { From = first, To = last, Model = model, Days = [.. Days(sums, prices)] };
        }, cancel);
    }

    private static IEnumerable<CostDay> Days(IEnumerable<UsageSum> sums, PriceBook prices) =>
        from sum in sums
        group sum by (sum.Day, sum.CostCenter, sum.Meter) into one
        select new CostDay(
            BillingMonth.DateOf(one.Key.Day), one.Key.CostCenter, one.Key.Meter, one.Sum(static sum => (decimal)sum.Micros) / UsageFact.Scale, decimal.Round(one.Sum(sum => Cost(sum, prices)), Decimals));

    private static decimal Cost(UsageSum sum, PriceBook prices) =>
        Meters.Find(sum.Meter) is { } meter ? PriceBook.Cost(meter, sum.Micros, prices.On(meter, sum.Resource, sum.Day)) : 0;

    private static DateOnly? Day(string? text, DateOnly otherwise) => string.IsNullOrEmpty(text)
        ? otherwise
        : DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is >= 1970 and < 9000 ? day : null;
}
