namespace Orrery.Contracts;

/// <summary>Asks that a version be brought to an environment.</summary>
public sealed record StartDelivery
{
    /// <summary>Registered model.</summary>
    public string Model { get => field ?? ""; init; }

    /// <summary>Its version's number.</summary>
    public string Version { get => field ?? ""; init; }

    /// <summary>Environment, or its usual name.</summary>
    public string Environment { get => field ?? ""; init; }

    /// <summary>Name of the deployment, by which it is called. Default: the model's.</summary>
    public string? Name { get; init; }

    /// <summary>Instances, 0 to 100; null for as now, or 1.</summary>
    public int? Replicas { get; init; }

    /// <summary>Why; up to 4,000 characters.</summary>
    public string? Justification { get; init; }

    /// <summary>Environment in which the version must be deployed and ready before; null for none. This makes the delivery a promotion.</summary>
    public string? From { get; init; }

    /// <summary>Shares of the traffic in order, rising; all of it follows. Empty for all at once. Up to 20.</summary>
    public IReadOnlyList<CanaryStep> Steps { get => field ?? []; init; }

    /// <summary>Settings of the variant, such as its output or its threads; name, model, version, weight and approval are the delivery's. Local targets only.</summary>
    public VariantSpec? Variant { get; init; }

    /// <summary>Asks for an emergency waiver where approval is needed.</summary>
    public bool Emergency { get; init; }
}

/// <summary>A share of the traffic, and how long it is looked at.</summary>
public sealed record CanaryStep
{
    /// <summary>Percent of the requests, more than 0 and less than 100.</summary>
    public double Percent { get; init; }

    /// <summary>How long, minutes, 0 to 10,080.</summary>
    public double Minutes { get; init; }
}
