using Orrery.Contracts;

namespace Orrery.Tenancy;

/// <summary>Makes a month's statement from its usage.</summary>
internal static class StatementDraft
{
    private const string Model = "model";

    /// <summary>The statement, still open.</summary>
    public static CostStatement Of(string workspace, BillingMonth month, IReadOnlyList<UsageSum> sums, PriceBook prices)
    {
        var groups = Group(month, sums, prices);
        var amounts = Cents.Round([.. groups.Select(static group => group.Exact)]);
        var lines = groups.Zip(amounts, static (group, amount) => group.Line with { Amount = amount }).ToArray();
        var total = lines.Sum(static line => line.Amount);
        return new CostStatement
        {
            Workspace = workspace,
            Month = month.ToString(),
            Total = total,
            Lines = lines,
            CostCenters =
            [
                .. lines.GroupBy(static line => line.CostCenter).Select(static center => new CostCenterTotal(center.Key, center.Sum(static line => line.Amount))),
            ],
            Models = [.. lines.Where(static line => line.ObjectKind == Model).GroupBy(static line => line.ObjectId).OrderBy(static m => m.Key, StringComparer.Ordinal).Select(OfModel)],
            CostPerPrediction = Each(total, Predictions(lines)),
        };
    }

    /// <summary>Cost of one, to 10 decimals; null for none.</summary>
    public static decimal? Each(decimal amount, decimal count) => count == 0 ? null : decimal.Round(amount / count, 10);

    public static decimal Predictions(IEnumerable<CostLine> lines) =>
        lines.Where(static line => line.Meter == Meters.Predictions).Sum(static line => line.Quantity);

    private static ModelCost OfModel(IGrouping<string, CostLine> model)
    {
        var amount = model.Sum(static line => line.Amount);
        var predictions = Predictions(model);
        return new(model.Key, amount, predictions, Each(amount, predictions));
    }

    private static List<(CostLine Line, decimal Exact)> Group(BillingMonth month, IReadOnlyList<UsageSum> sums, PriceBook prices)
    {
        var lines = new List<(CostLine, decimal)>();
        var groups =
            from sum in sums
            let meter = Meters.Find(sum.Meter)!
            let usedIn = BillingMonth.OfDay(sum.Day)
            group sum by (sum.CostCenter, sum.ObjectKind, sum.ObjectId, sum.Meter, sum.Resource, Price: prices.On(meter, sum.Resource, sum.Day), UsedIn: usedIn);
        foreach (var group in groups
            .OrderBy(static g => g.Key.CostCenter, StringComparer.Ordinal).ThenBy(static g => g.Key.ObjectKind, StringComparer.Ordinal)
            .ThenBy(static g => g.Key.ObjectId, StringComparer.Ordinal).ThenBy(static g => g.Key.Meter, StringComparer.Ordinal)
            .ThenBy(static g => g.Key.Resource, StringComparer.Ordinal).ThenBy(static g => g.Key.UsedIn.Number).ThenBy(static g => g.Min(static sum => sum.Day)))
        {
            var meter = Meters.Find(group.Key.Meter)!;
            var micros = group.Sum(static sum => sum.Micros);
            lines.Add((
                new CostLine
                {
                    CostCenter = group.Key.CostCenter,
                    ObjectKind = group.Key.ObjectKind,
                    ObjectId = group.Key.ObjectId,
                    Meter = meter.Name,
                    Resource = group.Key.Resource,
                    Quantity = (decimal)micros / UsageFact.Scale,
                    Price = group.Key.Price,
                    Per = meter.PriceUnit,
                    AdjustmentOf = group.Key.UsedIn == month ? null : group.Key.UsedIn.ToString(),
                },
                PriceBook.Cost(meter, micros, group.Key.Price)));
        }

        return lines;
    }
}
