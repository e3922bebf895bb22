using System.CommandLine;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops cost budget</c>.</summary>
internal static class CostBudgetVerb
{
    public static Command Create() => new Command("budget", "Monthly budgets: spent and forecast.") { CreateSet() }.Does(async session =>
        Show(session, await session.Client.Costs.ListBudgetsAsync(session.Cancel)));

    private static Command CreateSet()
    {
        var amount = new Argument<decimal>("amount") { Description = "US dollars a month; 0 removes the budget" };
        var center = Verb.Text("--cost-center", "Of this cost centre; of the whole workspace without it", "name");
        return new Command("set", "Set or remove a budget.") { amount, center }.Does(async session =>
        {
            var dollars = session.Args.GetValue(amount);
            var set = new SetBudget { CostCenter = session.Args.GetValue(center) ?? "", Amount = dollars == 0 ? null : dollars };
            Show(session, (await session.Client.Costs.SetBudgetAsync(set, session.Cancel)).Budgets);
        });
    }

    private static void Show(Session session, IReadOnlyList<CostBudgetStatus> budgets) => session.Output.List(
        new CostBudgetList { Budgets = budgets },
        [.. budgets],
        nextPageToken: null,
        ("COST CENTRE", budget => budget.CostCenter.Length == 0 ? "(workspace)" : budget.CostCenter),
        ("BUDGET", budget => CostCommand.Money(budget.Amount)),
        ("SPENT", budget => CostCommand.Money(budget.Spent)),
        ("FORECAST", budget => CostCommand.Money(budget.Forecast)),
        ("ALERTS", budget => string.Join(' ', budget.Alerts)));
}
