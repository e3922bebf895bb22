namespace Orrery.Contracts;

/// <summary>Body of <c>POST /api/v1/models/deploy</c>: exactly these fields.</summary>
public sealed record DeployModel
{
    /// <summary>Registered model.</summary>
    public string ModelName { get => field ?? ""; init; }

    /// <summary>Its version's number.</summary>
    public string ModelVersion { get => field ?? ""; init; }

    /// <summary>An environment, or its usual name: <c>dev</c>, <c>development</c>, <c>staging</c>, <c>prod</c>, <c>production</c>, in any case.</summary>
    public string TargetStage { get => field ?? ""; init; }

    /// <summary>Instances, 0 to 100. Default 1.</summary>
    public int? Replicas { get; init; }

    /// <summary>Why; up to 4,000 characters.</summary>
    public string? Justification { get; init; }
}

/// <summary>Answer of <c>POST /api/v1/models/deploy</c>.</summary>
public sealed record DeployAnswer
{
    /// <summary><c>success</c> or <c>rejected</c>.</summary>
    public string Status { get => field ?? ""; init; }

    /// <summary>Id of the delivery, when it was taken on.</summary>
    public string? DeploymentId { get; init; }

    /// <summary>Why it was not.</summary>
    public string? Message { get; init; }
}
