namespace Orrery.Contracts;

/// <summary>The body of every refusal of the native API, <c>/api/v1</c>: RFC 9457 problem details, <c>application/problem+json</c>.</summary>
public sealed record Problem
{
    /// <summary>A URI that names the kind of problem.</summary>
    public string? Type { get; init; }

    /// <summary>The kind of problem in a few words, the same for all of its kind.</summary>
    public string? Title { get; init; }

    /// <summary>The HTTP status.</summary>
    public int? Status { get; init; }

    /// <summary>What was wrong this time, with which value, and what would be right.</summary>
    public string? Detail { get; init; }

    /// <summary>The path that was asked for.</summary>
    public string? Instance { get; init; }

    /// <summary>A stable code to program against, for instance <c>import.incomplete</c>.</summary>
    public string? Code { get; init; }

    /// <summary>Identifies the request in the server's logs.</summary>
    public string? RequestId { get; init; }

    /// <summary>The single faults, when there are several or when they belong to fields.</summary>
    public IReadOnlyList<ProblemError> Errors { get => field ?? []; init; }
}
