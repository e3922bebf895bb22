using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orrery.Contracts;

namespace Orrery.Tenancy;

/// <summary><c>/api/v1/costs</c>: statements, prices, budgets and comparisons.</summary>
internal static class CostEndpoints
{
    private const string Read = "cost.read";
    private const string Manage = "cost.manage";

    // These concern every workspace, not the caller's alone.
    private const string SetPrices = "cost.prices";
    private const string Compare = "cost.compare";

    public static void Map(IEndpointRouteBuilder app)
    {
        var costs = app.MapGroup("/api/v1/costs").WithTags("Costs");
        costs.MapGet("statements/{month}", FindAsync).RequirePermission(Read).WithName("GetCostStatement").WithSummary("What a month's usage costs.");
        costs.MapGet("statements/{month}/csv", ExportAsync).RequirePermission(Read).WithName("ExportCostStatement").WithSummary("A statement as CSV.")
            .Produces(StatusCodes.Status200OK, contentType: "text/csv").ProducesProblem(StatusCodes.Status400BadRequest);
        costs.MapPost("statements/{month}/close", CloseAsync).RequirePermission(Manage).WithName("CloseCostStatement").WithSummary("Makes a past month's statement final.");
        costs.MapGet("days", DaysAsync).RequirePermission(Read).WithName("GetCostDays").WithSummary("What each day cost, by who pays and what was measured.");
        costs.MapGet("prices", PricesAsync).RequirePermission(Read).WithName("ListCostPrices").WithSummary("What things cost.");
        costs.MapPut("prices", SetPriceAsync).RequirePermission(SetPrices).WithName("SetCostPrice").WithSummary("Sets a price of the whole platform from a day on.");
        costs.MapGet("budgets", BudgetsAsync).RequirePermission(Read).WithName("ListCostBudgets").WithSummary("Budgets of the workspace, spent and forecast.");
        costs.MapPut("budgets", SetBudgetAsync).RequirePermission(Manage).WithName("SetCostBudget").WithSummary("Sets or removes a budget.");
        costs.MapGet("idle", IdleAsync).RequirePermission(Read).WithName("GetIdleReport").WithSummary("What hard quotas reserve and nobody uses.");
        costs.MapGet("leaderboard", RankAsync).RequirePermission(Compare).WithName("GetCostLeaderboard").WithSummary("Workspaces by cost for 1000 predictions.");
    }

    private static async Task<Answer<CostStatement>> FindAsync(string month, HttpContext context, Statements statements, CancellationToken cancel) =>
        await statements.FindAsync(context.Actor(), month, cancel);

    private static async Task ExportAsync(string month, HttpContext context, Statements statements, CancellationToken cancel)
    {
        if ((await statements.FindAsync(context.Actor(), month, cancel)).Failed(out var failure, out var statement))
        {
            await Refusals.WriteAsync(context, failure);
            return;
        }

        var csv = StatementCsv.Of(statement);
        context.Response.ContentType = "text/csv; charset=utf-8";
        context.Response.ContentLength = csv.Length;
        context.Response.Headers.ContentDisposition = $"attachment; filename=\"{statement.Workspace}-{statement.Month}.csv\"";
        await context.Response.Body.WriteAsync(csv, cancel);
    }

    private static async Task<Answer<CostStatement>> CloseAsync(string month, HttpContext context, Statements statements, CancellationToken cancel) =>
        await statements.CloseAsync(context.Actor(), month, cancel);

    private static async Task<Answer<CostDays>> DaysAsync(string? from, string? to, string? model, HttpContext context, CostTrends trends, CancellationToken cancel) =>
        await trends.FindAsync(context.Actor(), from, to, model, cancel);

    private static async Task<Answer<CostPriceList>> PricesAsync(Prices prices, CancellationToken cancel) => await prices.ListAsync(cancel);

    private static async Task<Answer<CostPrice>> SetPriceAsync(CostPrice body, HttpContext context, Prices prices, CancellationToken cancel) =>
        await prices.SetAsync(context.Actor(), body, cancel);

    private static async Task<Answer<CostBudgetList>> BudgetsAsync(HttpContext context, Budgets budgets, CancellationToken cancel) =>
        await budgets.ListAsync(context.Actor(), cancel);

    private static async Task<Answer<CostBudgetList>> SetBudgetAsync(SetBudget body, HttpContext context, Budgets budgets, CancellationToken cancel) =>
        await budgets.SetAsync(context.Actor(), body, cancel);

    private static async Task<Answer<IdleReport>> IdleAsync(string? month, HttpContext context, CostComparisons costs, CancellationToken cancel) =>
        await costs.IdleAsync(context.Actor(), month, cancel);

    private static async Task<Answer<CostLeaderboard>> RankAsync(string? month, long? min_predictions, CostComparisons costs, CancellationToken cancel) =>
        await costs.RankAsync(month, min_predictions, cancel);
}
