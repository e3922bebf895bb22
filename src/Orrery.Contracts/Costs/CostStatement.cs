namespace Orrery.Contracts;

/// <summary>
/// What a workspace's usage of one month costs, in US dollars. Answer of <c>GET /api/v1/costs/statements/{month}</c>, with <c>/csv</c> as CSV;
/// <c>POST .../close</c> makes it final. The lines' amounts add up to the total, to the cent.
/// </summary>
public sealed record CostStatement
{
    /// <summary>Name of the workspace.</summary>
    public required string Workspace { get; init; }

    /// <summary>As <c>2026-10</c>, UTC.</summary>
    public required string Month { get; init; }

    /// <summary>True once it is final; facts that come later stand on a later month's as adjustments.</summary>
    public bool Closed { get; init; }

    /// <summary>When it was made final.</summary>
    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>Who made it final.</summary>
    public string? ClosedBy { get; init; }

    /// <summary>SHA-256 of the CSV export as 64 hexadecimal digits; absent while open.</summary>
    public string? Hash { get; init; }

    /// <summary>Sum of the lines.</summary>
    public decimal Total { get; init; }

    /// <summary>What it is made of.</summary>
    public IReadOnlyList<CostLine> Lines { get => field ?? []; init; }

    /// <summary>The lines added up by who pays.</summary>
    public IReadOnlyList<CostCenterTotal> CostCenters { get => field ?? []; init; }

    /// <summary>The lines of models added up by model.</summary>
    public IReadOnlyList<ModelCost> Models { get => field ?? []; init; }

    /// <summary>Cost of the whole workspace for each prediction; absent without predictions.</summary>
    public decimal? CostPerPrediction { get; init; }
}

/// <summary>One line of a statement: usage of one meter by one object at one price.</summary>
public sealed record CostLine
{
    /// <summary>Who pays within the workspace; empty for the workspace itself.</summary>
    public string CostCenter { get => field ?? ""; init; }

    /// <summary>What used it: <c>model</c>, <c>run</c>; empty for nothing in particular.</summary>
    public string ObjectKind { get => field ?? ""; init; }

    /// <summary>Its id.</summary>
    public string ObjectId { get => field ?? ""; init; }

    /// <summary>What was measured.</summary>
    public required string Meter { get; init; }

    /// <summary>GPU type; empty where there are no types.</summary>
    public string Resource { get => field ?? ""; init; }

    /// <summary>In the meter's unit.</summary>
    public decimal Quantity { get; init; }

    /// <summary>US dollars.</summary>
    public decimal Price { get; init; }

    /// <summary>What the price is for, as <c>core-month</c> (730 hours).</summary>
    public required string Per { get; init; }

    /// <summary>US dollars, whole cents.</summary>
    public decimal Amount { get; init; }

    /// <summary>The closed month in which it was used; absent when that is the statement's own.</summary>
    public string? AdjustmentOf { get; init; }
}

/// <summary>What a cost centre pays.</summary>
/// <param name="CostCenter">Empty for the workspace itself.</param>
/// <param name="Amount">US dollars.</param>
public sealed record CostCenterTotal(string CostCenter, decimal Amount);

/// <summary>What a model costs.</summary>
/// <param name="Model">Its name.</param>
/// <param name="Amount">US dollars.</param>
/// <param name="Predictions">How many it served.</param>
/// <param name="CostPerPrediction">US dollars; absent without predictions.</param>
public sealed record ModelCost(string Model, decimal Amount, decimal Predictions, decimal? CostPerPrediction);
