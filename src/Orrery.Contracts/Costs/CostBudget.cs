namespace Orrery.Contracts;

/// <summary>Body of <c>PUT /api/v1/costs/budgets</c>.</summary>
public sealed record SetBudget
{
    /// <summary>Empty for the whole workspace.</summary>
    public string CostCenter { get => field ?? ""; init; }

    /// <summary>US dollars a month, 0.01 to 1,000,000,000, whole cents; absent to remove the budget.</summary>
    public decimal? Amount { get; init; }
}

/// <summary>A budget and how much of it is used this month.</summary>
public sealed record CostBudgetStatus
{
    /// <summary>Empty for the whole workspace.</summary>
    public string CostCenter { get => field ?? ""; init; }

    /// <summary>US dollars a month.</summary>
    public decimal Amount { get; init; }

    /// <summary>The current month, UTC.</summary>
    public required string Month { get; init; }

    /// <summary>US dollars so far.</summary>
    public decimal Spent { get; init; }

    /// <summary>What the month will come to when its other days cost what such weekdays cost in the last four weeks.</summary>
    public decimal Forecast { get; init; }

    /// <summary>Thresholds alerted of this month: <c>actual-50</c>, <c>actual-80</c>, <c>actual-100</c>, <c>forecast-100</c>.</summary>
    public IReadOnlyList<string> Alerts { get => field ?? []; init; }
}

/// <summary>Answer of <c>GET /api/v1/costs/budgets</c>.</summary>
public sealed record CostBudgetList
{
    /// <summary>By cost centre, that of the whole workspace first.</summary>
    public IReadOnlyList<CostBudgetStatus> Budgets { get => field ?? []; init; }
}
