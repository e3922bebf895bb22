using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Orrery.Audit;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary>
/// Monthly budgets. Reaching 50, 80 or 100 % of one, or a forecast of 100 %, is told once a month: event <c>budget.threshold_crossed</c> and an
/// entry in the audit trail. Nothing is stopped.
/// </summary>
internal sealed class Budgets(Db db, Outbox outbox, AuditLog audit, TimeProvider time)
{
    /// <summary>Name of the event.</summary>
    public const string ThresholdCrossed = "budget.threshold_crossed";

    /// <summary>Longest name of a cost centre, in characters.</summary>
    public const int LongestCostCenter = 256;

    /// <summary>Largest budget, in dollars.</summary>
    public const long Most = 1_000_000_000;

    private static readonly (string Name, decimal Share, bool Forecast)[] Thresholds =
        [("actual-50", 0.5m, false), ("actual-80", 0.8m, false), ("actual-100", 1m, false), ("forecast-100", 1m, true)];

    /// <summary>The workspace's budgets and how they stand in this month.</summary>
    public ValueTask<CostBudgetList> ListAsync(Actor actor, CancellationToken cancel) => db.ReadAsync(session => ReadAsync(session, actor), cancel);

    /// <summary>Sets or removes a budget.</summary>
    /// <returns>All of them; <c>tenancy.invalid_budget</c>, <c>tenancy.budget_not_found</c>.</returns>
    public ValueTask<Result<CostBudgetList>> SetAsync(Actor actor, SetBudget asked, CancellationToken cancel)
    {
        if (!IsCostCenter(asked.CostCenter))
        {
            return new(Failure.Invalid("tenancy.invalid_budget",
                string.Create(CultureInfo.InvariantCulture, $"The cost centre is longer than {LongestCostCenter} characters or has control characters.")));
        }

        if (asked.Amount is { } amount && (amount is < 0.01m or > Most || Cents.Round(amount) != amount))
        {
            return new(Failure.Invalid("tenancy.invalid_budget",
                string.Create(CultureInfo.InvariantCulture, $"The budget is {amount}; it must be 0.01 to {Most} dollars in whole cents.")));
        }

        return db.WriteAsync<CostBudgetList>(async session =>
        {
            if (asked.Amount is { } dollars)
                await BudgetStore.PutAsync(session, actor.Workspace, new(asked.CostCenter, dollars), actor.Name, Now());
            else if (!await BudgetStore.DeleteAsync(session, actor.Workspace, asked.CostCenter))
                return Failure.NotFound("tenancy.budget_not_found", $"There is no budget of {Label(asked.CostCenter)}.");
            await audit.AppendAsync(session, actor, new(asked.Amount is null ? "budget.remove" : "budget.set", "budget", asked.CostCenter)
            {
                After = asked.Amount is { } set ? SHA256.HashData(Encoding.UTF8.GetBytes(set.ToString("0.00", CultureInfo.InvariantCulture))) : null,
            });
            return await ReadAsync(session, actor);
        }, cancel);
    }

    /// <summary>Whether a text can name a cost centre; the empty one is the whole workspace.</summary>
    public static bool IsCostCenter(string name) => name.Length <= LongestCostCenter && !name.Any(char.IsControl);

    /// <summary>Tells of thresholds that are reached and were not told of this month.</summary>
    /// <returns>How many.</returns>
    public async ValueTask<int> CheckAsync(Actor actor, CancellationToken cancel)
    {
        var budgets = (await ListAsync(actor, cancel)).Budgets;
        var crossed = (
            from budget in budgets
            from threshold in Thresholds
            where (threshold.Forecast ? budget.Forecast : budget.Spent) >= budget.Amount * threshold.Share && !budget.Alerts.Contains(threshold.Name)
            select (Budget: budget, threshold.Name)).ToList();
        if (crossed.Count == 0)
            return 0;
        var told = await db.WriteAsync<int>(async session =>
        {
            var count = 0;
            foreach (var (budget, threshold) in crossed)
            {
                // Another server may have been faster.
                if (!await BudgetStore.AddAlertAsync(session, actor.Workspace, BillingMonth.Parse(budget.Month)!.Value, budget.CostCenter, threshold, Now()))
                    continue;
                var detail = Detail(budget, threshold);
                outbox.Append(session, actor, ThresholdCrossed, detail);
                await audit.AppendAsync(session, actor, new(ThresholdCrossed, "budget", budget.CostCenter) { Detail = detail });
                count++;
            }

            return count;
        }, cancel);
        return told.Value;
    }

    private static string Label(string center) => center.Length == 0 ? "the whole workspace" : $"cost centre '{center}'";

    private static string Detail(CostBudgetStatus budget, string threshold)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("month"u8, budget.Month);
            json.WriteString("cost_center"u8, budget.CostCenter);
            json.WriteString("threshold"u8, threshold);
            json.WriteNumber("amount"u8, budget.Amount);
            json.WriteNumber("spent"u8, budget.Spent);
            json.WriteNumber("forecast"u8, budget.Forecast);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private async ValueTask<CostBudgetList> ReadAsync(DbSession session, Actor actor)
    {
        var budgets = await BudgetStore.ListAsync(session, actor.Workspace);
        if (budgets.Count == 0)
            return new();
        var now = time.GetUtcNow();
        var month = BillingMonth.Of(now);
        var today = BillingMonth.DayOf(now);
        var statement = await Statements.ReadAsync(session, actor, month);
        var prices = new PriceBook(await PriceStore.ListAsync(session));
        var sums = await UsageStore.SumsAsync(session, actor.Workspace, today - Forecast.Window, today);
        var alerts = await BudgetStore.AlertsAsync(session, actor.Workspace, month);
        return new() { Budgets = [.. budgets.Select(Status)] };

        CostBudgetStatus Status(Budget budget)
        {
            var whole = budget.CostCenter.Length == 0;
            var spent = whole ? statement.Total : statement.CostCenters.FirstOrDefault(c => c.CostCenter == budget.CostCenter)?.Amount ?? 0;
            var daily = sums.Where(sum => whole || sum.CostCenter == budget.CostCenter).GroupBy(static sum => sum.Day)
                .ToDictionary(static day => day.Key, day => day.Sum(sum => Cost(sum, prices)));
            return new CostBudgetStatus
            {
                CostCenter = budget.CostCenter,
                Amount = budget.Amount,
                Month = month.ToString(),
                Spent = spent,
                Forecast = Cents.Round(spent + Forecast.Rest(daily, today, month.FirstDay + month.Days - 1)),
                Alerts = [.. alerts.Where(alert => alert.CostCenter == budget.CostCenter).Select(static alert => alert.Threshold).Order(StringComparer.Ordinal)],
            };
        }
    }

    private static decimal Cost(UsageSum sum, PriceBook prices) =>
        Meters.Find(sum.Meter)! is var meter ? PriceBook.Cost(meter, sum.Micros, prices.On(meter, sum.Resource, sum.Day)) : 0;

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();
}
