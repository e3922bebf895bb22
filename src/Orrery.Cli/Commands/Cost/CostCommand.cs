using System.CommandLine;
using System.Globalization;

namespace Orrery.Cli;

/// <summary><c>mlops cost</c>.</summary>
internal static class CostCommand
{
    public static Command Create() => new("cost", "What usage costs: statements, prices, budgets, comparisons.")
    {
        CostStatementVerb.Create(),
        CostPricesVerb.Create(),
        CostBudgetVerb.Create(),
        CostLeaderboardVerb.Create(),
        CostIdleVerb.Create(),
    };

    public static Option<string?> Month() => Verb.Text("--month", "As 2026-10, UTC [default: this month]", "month");

    /// <summary>The month asked for, else this one.</summary>
    public static string MonthOf(Session session, Option<string?> month) =>
        session.Args.GetValue(month) ?? TimeProvider.System.GetUtcNow().ToString("yyyy-MM", CultureInfo.InvariantCulture);

    public static string Money(decimal amount) => amount.ToString("N2", CultureInfo.InvariantCulture);

    public static string Number(decimal value) => value.ToString("0.##########", CultureInfo.InvariantCulture);
}
