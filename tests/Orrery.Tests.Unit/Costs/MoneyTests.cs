using Orrery.Contracts;
using Orrery.Tenancy;
using Xunit;

namespace Orrery.Tests.Unit;

/// <summary>Money: prices, rounding, statements, forecasts.</summary>
public sealed class MoneyTests
{
    private static readonly BillingMonth October = BillingMonth.Parse("2026-10")!.Value;

    [Fact]
    public void The_quota_of_100_cores_200_GiB_and_4_GPUs_costs_19000_a_month() =>
        Assert.Equal(19_000m, CostComparisons.MonthlyCost(100, 200, 4, PriceBook.Default, October.FirstDay));

    [Fact]
    public void The_usage_of_that_quota_for_730_hours_costs_the_same()
    {
        const long Seconds = 730 * 3600;
        var statement = StatementDraft.Of("team", October,
        [
            Sum(Meters.CoreSeconds, 100 * Seconds), Sum(Meters.MemoryGibSeconds, 200 * Seconds), Sum(Meters.GpuSeconds, 4 * Seconds, "a100"),
        ], PriceBook.Default);

        Assert.Equal([7000m, 10_000m, 2000m], statement.Lines.Select(static line => line.Amount));
        Assert.Equal(19_000m, statement.Total);
    }

    [Fact]
    public void Lines_add_up_to_the_rounded_cost_of_the_ledger_whatever_it_holds()
    {
        var random = new Random(7);
        for (var trial = 0; trial < 300; trial++)
        {
            var prices = new PriceBook([.. Meters.All.Select(meter => new Price(meter.Name, "", October.FirstDay + random.Next(-5, 25), random.Next(1, 99_999_999) / 10_000m))]);
            var sums = Enumerable.Range(0, random.Next(1, 200)).Select(_ => new UsageSum(
                October.FirstDay + random.Next(31), $"cc{random.Next(3)}", random.Next(2) == 0 ? "model" : "run", $"o{random.Next(6)}",
                Meters.All[random.Next(Meters.All.Count)].Name, "", random.NextInt64(0, 1_000_000_000_000))).ToList();

            var statement = StatementDraft.Of("team", October, sums, prices);

            var exact = sums.Sum(sum => PriceBook.Cost(Meters.Find(sum.Meter)!, sum.Micros, prices.On(Meters.Find(sum.Meter)!, "", sum.Day)));
            Assert.Equal(decimal.Round(exact, 2, MidpointRounding.AwayFromZero), statement.Total);
            Assert.Equal(statement.Total, statement.Lines.Sum(static line => line.Amount));
            Assert.Equal(statement.Total, statement.CostCenters.Sum(static center => center.Amount));
            Assert.Equal(sums.Sum(static sum => (decimal)sum.Micros) / 1_000_000, statement.Lines.Sum(static line => line.Quantity));
        }
    }

    [Fact]
    public void Cents_that_rounding_leaves_over_go_to_the_largest_remainders()
    {
        Assert.Equal([0.34m, 0.33m, 0.33m], Cents.Round([1m / 3, 1m / 3, 1m / 3]));
        Assert.Equal([0.00m, 0.02m, 0.01m], Cents.Round([0.004m, 0.017m, 0.009m]));
        Assert.Empty(Cents.Round([]));
    }

    [Fact]
    public void A_price_holds_from_its_day_on_and_one_of_a_resource_before_that_of_the_meter()
    {
        var gpu = Meters.Find(Meters.GpuSeconds)!;
        var prices = new PriceBook([new(gpu.Name, "", 100, 2000m), new(gpu.Name, "", 200, 1800m), new(gpu.Name, "h100", 150, 4000m)]);

        Assert.Equal(2500m, prices.On(gpu, "", 99));
        Assert.Equal(2000m, prices.On(gpu, "", 100));
        Assert.Equal(1800m, prices.On(gpu, "a100", 200));
        Assert.Equal(2000m, prices.On(gpu, "h100", 149));
        Assert.Equal(4000m, prices.On(gpu, "h100", 300));
    }

    [Fact]
    public void A_price_that_changes_in_the_month_makes_two_lines()
    {
        var prices = new PriceBook([new(Meters.CoreSeconds, "", October.FirstDay + 10, 140m)]);
        var statement = StatementDraft.Of("team", October,
            [Sum(Meters.CoreSeconds, 2_628_000), Sum(Meters.CoreSeconds, 2_628_000) with { Day = October.FirstDay + 10 }], prices);

        Assert.Equal([(70m, 70m), (140m, 140m)], statement.Lines.Select(static line => (line.Price, line.Amount)));
    }

    [Fact]
    public void A_model_without_predictions_has_no_cost_per_prediction()
    {
        var core = Sum(Meters.CoreSeconds, 2_628_000) with { ObjectKind = "model", ObjectId = "churn" };
        var without = StatementDraft.Of("team", October, [core], PriceBook.Default);
        var with = StatementDraft.Of("team", October, [core, core with { Meter = Meters.Predictions, Micros = 7_000_000_000 }], PriceBook.Default);

        Assert.Equal(new ModelCost("churn", 70m, 0, null), Assert.Single(without.Models));
        Assert.Equal(new ModelCost("churn", 70m, 7000m, 0.01m), Assert.Single(with.Models));
    }

    [Fact]
    public void A_constant_100_a_day_for_ten_days_forecasts_3000_in_a_month_of_30()
    {
        var first = BillingMonth.Parse("2026-09")!.Value.FirstDay;
        var daily = Enumerable.Range(first, 10).ToDictionary(static day => day, static _ => 100m);

        Assert.Equal(3000m, daily.Values.Sum() + Forecast.Rest(daily, today: first + 10, last: first + 29));
    }

    [Fact]
    public void A_pattern_of_weekdays_and_weekends_is_forecast_to_the_cent()
    {
        var first = BillingMonth.Parse("2026-09")!.Value.FirstDay;
        static decimal Cost(int day) => BillingMonth.DateOf(day).DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday ? 40m : 100m;
        var daily = Enumerable.Range(first, 12).ToDictionary(static day => day, Cost);
        var whole = Enumerable.Range(first, 30).Sum(Cost);

        Assert.Equal(whole, daily.Values.Sum() + Forecast.Rest(daily, today: first + 12, last: first + 29));
        daily[first + 12] = 25m;
        Assert.Equal(whole, daily.Values.Sum() + Forecast.Rest(daily, today: first + 12, last: first + 29));
    }

    [Fact]
    public void Without_a_whole_day_of_usage_nothing_more_is_forecast() =>
        Assert.Equal(0m, Forecast.Rest(new Dictionary<int, decimal> { [100] = 5m }, today: 100, last: 120));

    [Fact]
    public void The_leaderboard_leaves_tiny_teams_out_and_lets_equals_share_a_rank()
    {
        var ranked = CostComparisons.Rank([Team("tiny", 5, 0.01m), Team("b", 20_000, 40m), Team("c", 10_000, 20m), Team("a", 100_000, 50m)], minimum: 10_000);

        Assert.Equal([(1, "a", 0.5m), (2, "b", 2m), (2, "c", 2m)], ranked.Select(static entry => (entry.Rank, entry.Workspace, entry.CostPerThousand)));
    }

    [Fact]
    public void Idle_is_what_a_hard_quota_reserves_and_nobody_uses()
    {
        var idle = CostComparisons.Idle(October, hours: 100,
            [new(QuotaKinds.CpuCores, null, 10, ""), new(QuotaKinds.Gpus, 4, null, "")], [Sum(Meters.CoreSeconds, 250 * 3600)], PriceBook.Default);

        // 1000 core-hours reserved, 250 used: 750 x 70 / 730.
        Assert.Equal(new IdleResource(QuotaKinds.CpuCores, 10m, 2.5m, 75m, 71.92m, 700m), Assert.Single(idle.Resources));
        Assert.Equal(71.92m, idle.IdleCost);
    }

    [Fact]
    public void The_csv_holds_the_lines_and_the_total_and_no_formulas()
    {
        var statement = StatementDraft.Of("team", October, [Sum(Meters.CoreSeconds, 2_628_000) with { ObjectKind = "run", ObjectId = "=1+1,\"x\"" }], PriceBook.Default);

        var lines = System.Text.Encoding.UTF8.GetString(StatementCsv.Of(statement)).Split('\n');

        Assert.Equal("workspace,month,cost_center,object_kind,object_id,meter,resource,quantity,price,per,amount,adjustment_of", lines[0]);
        Assert.Contains("\"'=1+1,\"\"x\"\"\"", lines[1], StringComparison.Ordinal);
        Assert.EndsWith(",core-seconds,,2628000,70,core-month,70.00,", lines[1], StringComparison.Ordinal);
        Assert.Equal("team,2026-10,,,total,,,,,,70.00,", lines[2]);
    }

    [Theory]
    [InlineData("2026-13")]
    [InlineData("2026-1")]
    [InlineData("october")]
    [InlineData("")]
    public void What_is_no_month_is_refused(string text) => Assert.Null(BillingMonth.Parse(text));

    private static UsageSum Sum(string meter, long units, string resource = "") =>
        new(October.FirstDay, "", "", "", meter, resource, units * 1_000_000);

    private static CostStatement Team(string name, decimal predictions, decimal cost) => new()
    {
        Workspace = name,
        Month = "2026-10",
        Total = cost,
        Lines = [new() { Meter = Meters.Predictions, Per = "1000 predictions", Quantity = predictions }],
    };
}
