namespace Orrery.Contracts;

/// <summary>
/// Answer of <c>GET /api/v1/costs/days?from=&amp;to=&amp;model=</c>: what each day cost, by who pays and what was measured. Days without usage are
/// left out. Amounts are not rounded to cents: a month's add up to its statement's total within a cent.
/// </summary>
public sealed record CostDays
{
    /// <summary>First day, UTC.</summary>
    public required DateOnly From { get; init; }

    /// <summary>Last day, UTC.</summary>
    public required DateOnly To { get; init; }

    /// <summary>The only model that is told of; absent for everything.</summary>
    public string? Model { get; init; }

    /// <summary>By day, cost centre and meter.</summary>
    public IReadOnlyList<CostDay> Days { get => field ?? []; init; }
}

/// <summary>What one meter cost a cost centre on one day.</summary>
/// <param name="Day">UTC.</param>
/// <param name="CostCenter">Empty for the workspace itself.</param>
/// <param name="Meter">What was measured.</param>
/// <param name="Quantity">In the meter's unit.</param>
/// <param name="Amount">US dollars, to six decimals.</param>
public sealed record CostDay(DateOnly Day, string CostCenter, string Meter, decimal Quantity, decimal Amount);
