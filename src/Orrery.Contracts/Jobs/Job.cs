using System.Text.Json;

namespace Orrery.Contracts;

/// <summary>
/// Work that outlives its request. <c>GET /api/v1/jobs/{job_id}</c>; <c>POST /api/v1/jobs/{job_id}/cancel</c> asks it to stop and answers
/// the job as it then is (a running job stops at its next checkpoint; 409 <c>storage.job_finished</c> when it has ended already).
/// </summary>
public sealed record Job
{
    /// <summary>Identifies the job.</summary>
    public required string JobId { get; init; }

    /// <summary>What it does, for instance <c>tracking.gc</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Where it stands.</summary>
    public JobState State { get; init; }

    /// <summary>Who asked for it.</summary>
    public string? CreatedBy { get; init; }

    /// <summary>When it was asked for, UTC.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When its latest try began, UTC.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended, UTC.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Tries so far, the present one included.</summary>
    public int Attempts { get; init; }

    /// <summary>How far it is, when it can tell.</summary>
    public JobProgress? Progress { get; init; }

    /// <summary>Why it failed, or why its last try did.</summary>
    public JobError? Error { get; init; }

    /// <summary>What it found, in a shape that depends on its kind: <see cref="GcReport"/> for <c>tracking.gc</c>.</summary>
    public JsonElement? Result { get; init; }
}

/// <summary>How far a job is.</summary>
/// <param name="Done">Units of work done.</param>
/// <param name="Total">Units of work in all; absent while unknown.</param>
/// <param name="Message">What it is doing.</param>
public sealed record JobProgress(long Done, long? Total = null, string? Message = null);

/// <summary>Why a job failed.</summary>
/// <param name="Code">A stable code to program against.</param>
/// <param name="Message">What happened, for people.</param>
public sealed record JobError(string Code, string Message);

/// <summary>Answer of <c>GET /api/v1/jobs?state=&amp;kind=&amp;limit=&amp;page_token=</c>, newest first.</summary>
public sealed record JobPage
{
    /// <summary>The jobs of this page.</summary>
    public IReadOnlyList<Job> Jobs { get => field ?? []; init; }

    /// <summary>Where the next page begins; absent at the end.</summary>
    public string? NextPageToken { get; init; }
}
