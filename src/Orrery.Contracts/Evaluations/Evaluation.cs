namespace Orrery.Contracts;

/// <summary>An evaluation of a model version. Once it has succeeded it never changes.</summary>
public sealed record Evaluation
{
    /// <summary>Id, 32 hexadecimal digits.</summary>
    public string Id { get => field ?? ""; init; }

    /// <summary><c>queued</c>, <c>running</c>, <c>succeeded</c>, <c>failed</c> or <c>cancelled</c>.</summary>
    public string State { get => field ?? ""; init; }

    /// <summary>What was asked for.</summary>
    public EvaluationSpec Spec { get => field ?? new(); init; }

    /// <summary>SHA-256 of the package of the version that was evaluated.</summary>
    public string ModelSha256 { get => field ?? ""; init; }

    /// <summary>SHA-256 of the values that were read, in their order; absent until it has succeeded.</summary>
    public string? DataSha256 { get; init; }

    /// <summary>SHA-256 of the result as it is kept; absent until it has succeeded.</summary>
    public string? ResultSha256 { get; init; }

    /// <summary>Whether all gates passed; absent without gates, or until it has succeeded.</summary>
    public bool? Passed { get; init; }

    /// <summary>How far it is, 0 to 1.</summary>
    public double Progress { get; init; }

    /// <summary>What it is doing.</summary>
    public string? Message { get; init; }

    /// <summary>What came out; absent until it has succeeded, and in lists.</summary>
    public EvaluationResult? Result { get; init; }

    /// <summary>Stable code of the failure.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>What went wrong.</summary>
    public string? Error { get; init; }

    /// <summary>The job that does it.</summary>
    public string JobId { get => field ?? ""; init; }

    /// <summary>Who asked for it.</summary>
    public string CreatedBy { get => field ?? ""; init; }

    /// <summary>When it was asked for.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? FinishedAt { get; init; }
}

/// <summary>One page of evaluations, newest first.</summary>
public sealed record EvaluationPage
{
    /// <summary>Without their results.</summary>
    public IReadOnlyList<Evaluation> Evaluations { get => field ?? []; init; }

    /// <summary>Asks for the next page; absent on the last.</summary>
    public string? NextPageToken { get; init; }
}
