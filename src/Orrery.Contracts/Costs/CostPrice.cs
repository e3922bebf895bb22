namespace Orrery.Contracts;

/// <summary>A price, from a day on. Body of <c>PUT /api/v1/costs/prices</c>.</summary>
public sealed record CostPrice
{
    /// <summary><c>core-seconds</c>, <c>memory-gib-seconds</c>, <c>gpu-seconds</c>, <c>storage-gib-hours</c>, <c>predictions</c> or <c>requests</c>.</summary>
    public required string Meter { get; init; }

    /// <summary>GPU type; empty for all that have no price of their own.</summary>
    public string Resource { get => field ?? ""; init; }

    /// <summary>First day it holds, UTC; absent for a price that held from the start.</summary>
    public DateOnly? ValidFrom { get; init; }

    /// <summary>US dollars, 0 to 1,000,000, up to 8 decimals.</summary>
    public decimal Price { get; init; }

    /// <summary>What it is for, as <c>core-month</c> (730 hours). Given by the meter; ignored in a request.</summary>
    public string? Per { get; init; }
}

/// <summary>Answer of <c>GET /api/v1/costs/prices</c>: by meter, resource and day.</summary>
public sealed record CostPriceList
{
    /// <summary>The prices.</summary>
    public IReadOnlyList<CostPrice> Prices { get => field ?? []; init; }
}
