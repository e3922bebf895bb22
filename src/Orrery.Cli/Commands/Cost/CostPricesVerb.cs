using System.CommandLine;
using System.Globalization;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops cost prices</c>.</summary>
internal static class CostPricesVerb
{
    public static Command Create() => new Command("prices", "What things cost, in US dollars.") { CreateSet() }.Does(async session =>
    {
        var prices = await session.Client.Costs.ListPricesAsync(session.Cancel);
        session.Output.List(
            new CostPriceList { Prices = prices },
            [.. prices],
            nextPageToken: null,
            ("METER", price => price.Meter),
            ("TYPE", price => price.Resource),
            ("PRICE", price => CostCommand.Number(price.Price)),
            ("PER", price => price.Per),
            ("FROM", price => price.ValidFrom?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "the start"));
    });

    private static Command CreateSet()
    {
        var meter = Verb.Argument("meter", "core-seconds, memory-gib-seconds, gpu-seconds, storage-gib-hours, predictions or requests");
        var price = new Argument<decimal>("price") { Description = "US dollars per price unit of the meter" };
        var type = Verb.Text("--type", "GPU type; all that have no price of their own without it", "name");
        var from = new Option<DateOnly?>("--from") { Description = "First day it holds, UTC [default: today]", HelpName = "date" };
        return new Command("set", "Set a price of the whole platform from a day on.") { meter, price, type, from }.Does(async session =>
        {
            var set = await session.Client.Costs.SetPriceAsync(
                new CostPrice
                {
                    Meter = session.Args.GetRequiredValue(meter),
                    Price = session.Args.GetValue(price),
                    Resource = session.Args.GetValue(type) ?? "",
                    ValidFrom = session.Args.GetValue(from),
                },
                session.Cancel);
            session.Output.Line(set, $"{set.Meter} costs ${CostCommand.Number(set.Price)} per {set.Per} from {set.ValidFrom:yyyy-MM-dd}.");
        });
    }
}
