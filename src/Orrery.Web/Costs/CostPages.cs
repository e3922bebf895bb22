namespace Orrery.Web;

/// <summary>Pages of costs.</summary>
internal static class CostPages
{
    public static void Map(PageRoutes pages)
    {
        pages.Page<CostsView>("/costs", "ShowCosts", "What a month costs: by model, by team, by what was measured, and how it went.");
        pages.Page<CostStatementView>("/costs/statement", "ShowCostStatement", "The lines of a month's statement.");
        pages.Page<CostModelView>("/costs/models/{model}", "ShowModelCost", "What a model costs, month by month.");
        pages.Page<BudgetsView>("/costs/budgets", "ShowBudgets", "Budgets, what is spent of them, and where the month will end.");
        pages.Page<IdleView>("/costs/idle", "ShowIdle", "What is reserved and nobody uses.");
        pages.Page<LeaderboardView>("/costs/leaderboard", "ShowLeaderboard", "Workspaces by cost for 1000 predictions.");
        pages.Page<PricesView>("/costs/prices", "ShowPrices", "What things cost.");
    }
}
