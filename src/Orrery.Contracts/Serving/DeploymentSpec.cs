namespace Orrery.Contracts;

/// <summary>What a deployment is to be: which versions of which models answer, and how requests are shared among them.</summary>
public sealed record DeploymentSpec
{
    /// <summary>Who answers; at least one that is not a shadow. Weights are relative to their sum.</summary>
    public IReadOnlyList<VariantSpec> Variants { get => field ?? []; init; }

    /// <summary>How the same user gets the same variant; absent: each request is drawn anew.</summary>
    public StickySpec? Sticky { get; init; }

    /// <summary>Limits; absent: those of the server.</summary>
    public ServingLimits? Limits { get; init; }

    /// <summary>Which predictions are kept; absent: none.</summary>
    public PredictionLogSpec? Log { get; init; }

    /// <summary>Why it was changed, for the history.</summary>
    public string? Note { get; init; }
}

/// <summary>A version of a model that answers for a deployment.</summary>
public sealed record VariantSpec
{
    /// <summary>Name within the deployment, such as <c>stable</c>, <c>canary</c>, <c>shadow</c>: letters, digits, dashes; up to 63.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary>Registered model.</summary>
    public string Model { get => field ?? ""; init; }

    /// <summary>Its version's number.</summary>
    public string Version { get => field ?? ""; init; }

    /// <summary>Share of the requests, 0 to 1,000,000, relative to the sum over the variants that are not shadows. 0 answers only requests that name it.</summary>
    public int Weight { get; init; }

    /// <summary>True to have it answer beside the others, compared and never returned.</summary>
    public bool Shadow { get; init; }

    /// <summary>Share of the requests that a shadow sees, percent; absent for all.</summary>
    public double? ShadowPercent { get; init; }

    /// <summary>Output that V1 answers give; absent for all that the model has.</summary>
    public string? Output { get; init; }

    /// <summary>Fewest instances, 0 to 100; 0 unloads the model when it is idle. Absent for 1.</summary>
    public int? MinReplicas { get; init; }

    /// <summary>How long a model with no fewest instances stays in memory without a request, seconds, 1 to 86,400. Absent for 300.</summary>
    public int? IdleSeconds { get; init; }

    /// <summary>Most instances, 1 to 100; absent for the fewest.</summary>
    public int? MaxReplicas { get; init; }

    /// <summary>
    /// Most rows of requests that a worker answers together, 1 to 1,000,000; 1 has each answered alone. Absent for 256 with scikit-learn and XGBoost, which
    /// answer each row by itself, and for 1 with functions of other kinds.
    /// </summary>
    public int? MaxBatchRows { get; init; }

    /// <summary>How long a request may wait for others to be answered with it, milliseconds, 0 to 10,000. Absent for 0: only those that wait for a worker anyway.</summary>
    public double? MaxBatchDelayMs { get; init; }

    /// <summary>Threads of one run, for large nets; absent for 1.</summary>
    public int? Threads { get; init; }

    /// <summary>How features are looked up by entity keys; absent: those that the version was trained on, when it was trained on a training set of the feature store.</summary>
    public FeatureLookupSpec? Features { get; init; }

    /// <summary>
    /// The approval under which it may get the environment's traffic (<see cref="ApprovalToken"/> as text); absent for the one that stands. Filled in by the server where
    /// approvals are asked for.
    /// </summary>
    public string? Approval { get; init; }

    /// <summary>Endpoint elsewhere that answers for the version; absent to run it here.</summary>
    public RemoteSpec? Remote { get; init; }
}

/// <summary>What tells users apart.</summary>
public sealed record StickySpec
{
    /// <summary>Request header that holds the user's key, such as <c>X-User-Id</c>.</summary>
    public string Header { get => field ?? ""; init; }
}

/// <summary>What a deployment takes on at most.</summary>
public sealed record ServingLimits
{
    /// <summary>Requests a second, on each node; more are refused with 429. Absent for no limit.</summary>
    public double? RequestsPerSecond { get; init; }

    /// <summary>Requests at work at once, on each node; more are refused with 503. Absent for the server's.</summary>
    public int? Concurrency { get; init; }

    /// <summary>Longest time of a request, milliseconds; then 504. Absent for 30,000.</summary>
    public int? TimeoutMs { get; init; }

    /// <summary>What one caller may take of it; absent for no limit.</summary>
    public TokenLimits? PerToken { get; init; }
}

/// <summary>What one caller may take of a deployment: each token by itself, and each user who has none.</summary>
public sealed record TokenLimits
{
    /// <summary>Requests a second, on each node; more are refused with 429. Absent for no limit.</summary>
    public double? RequestsPerSecond { get; init; }

    /// <summary>Requests at work at once, on each node; more are refused with 429. Absent for no limit.</summary>
    public int? Concurrency { get; init; }
}
