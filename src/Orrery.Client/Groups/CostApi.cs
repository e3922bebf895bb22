using Orrery.Contracts;

namespace Orrery.Client;

/// <summary>Calls on what usage costs. Months are written <c>2026-10</c>. Native: an MLflow server answers 404.</summary>
public sealed class CostApi
{
    private readonly Wire _wire;

    internal CostApi(Wire wire) => _wire = wire;

    /// <summary>A month's statement; 400 <c>tenancy.invalid_month</c>.</summary>
    public Task<CostStatement> GetStatementAsync(string month, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<CostStatement>(Path(month), cancel);

    /// <summary>A month's statement as CSV. The SHA-256 of a closed one's bytes is its hash.</summary>
    public Task<string> GetStatementCsvAsync(string month, CancellationToken cancel = default) => _wire.GetTextAsync("api/v1/" + Path(month) + "/csv", cancel);

    /// <summary>Makes a past month's statement final. 409 <c>tenancy.month_not_over</c>, <c>tenancy.month_closed</c>, <c>tenancy.month_before_open</c>.</summary>
    public Task<CostStatement> CloseAsync(string month, CancellationToken cancel = default) =>
        _wire.NativeAsync<CostStatement>(HttpMethod.Post, Path(month) + "/close", Repeat.IfNotActed, cancel);

    /// <summary>What each day cost, by who pays and meter; 400 <c>tenancy.invalid_days</c>.</summary>
    /// <param name="from">First day; null for 30 days up to the last.</param>
    /// <param name="to">Last day; null for today.</param>
    /// <param name="model">Name of the only model that is told of; null for everything.</param>
    /// <param name="cancel">Stops waiting.</param>
    public Task<CostDays> GetDaysAsync(DateOnly? from = null, DateOnly? to = null, string? model = null, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<CostDays>(new Query("costs/days").With("from", Day(from)).With("to", Day(to)).With("model", model), cancel);

    /// <summary>All prices.</summary>
    public async Task<IReadOnlyList<CostPrice>> ListPricesAsync(CancellationToken cancel = default) =>
        (await _wire.GetNativeAsync<CostPriceList>("costs/prices", cancel)).Prices;

    /// <summary>Sets a price of the whole platform from a day on; 400 <c>tenancy.invalid_price</c>.</summary>
    public Task<CostPrice> SetPriceAsync(CostPrice price, CancellationToken cancel = default) =>
        _wire.NativeAsync<CostPrice, CostPrice>("costs/prices", price, Repeat.Always, cancel, HttpMethod.Put);

    /// <summary>The budgets and how they stand this month.</summary>
    public async Task<IReadOnlyList<CostBudgetStatus>> ListBudgetsAsync(CancellationToken cancel = default) =>
        (await _wire.GetNativeAsync<CostBudgetList>("costs/budgets", cancel)).Budgets;

    /// <summary>Sets or removes a budget; 400 <c>tenancy.invalid_budget</c>, 404 <c>tenancy.budget_not_found</c>.</summary>
    public Task<CostBudgetList> SetBudgetAsync(SetBudget budget, CancellationToken cancel = default) =>
        _wire.NativeAsync<SetBudget, CostBudgetList>("costs/budgets", budget, Repeat.IfNotActed, cancel, HttpMethod.Put);

    /// <summary>What hard quotas reserve and nobody uses; this month when none is given.</summary>
    public Task<IdleReport> GetIdleAsync(string? month = null, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<IdleReport>(new Query("costs/idle").With("month", month), cancel);

    /// <summary>Workspaces by cost for 1000 predictions; this month and the server's minimum when none are given.</summary>
    public Task<CostLeaderboard> GetLeaderboardAsync(string? month = null, long? minPredictions = null, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<CostLeaderboard>(new Query("costs/leaderboard").With("month", month).With("min_predictions", minPredictions), cancel);

    private static string? Day(DateOnly? day) => day?.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    private static string Path(string month) => "costs/statements/" + Uri.EscapeDataString(month);
}
