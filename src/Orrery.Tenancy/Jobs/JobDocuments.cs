using System.Text.Json;
using Orrery.Contracts;
using Stored = Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary>Jobs as they go over the wire.</summary>
public static class JobDocuments
{
    /// <summary>A stored job's document.</summary>
    public static Job Of(Stored.Job job) => new()
    {
        JobId = job.Id.ToString(),
        Kind = job.Kind,
        State = (JobState)job.State,
        CreatedBy = job.CreatedBy,
        CreatedAt = job.CreatedAt,
        StartedAt = job.StartedAt,
        FinishedAt = job.FinishedAt,
        Attempts = job.Attempts,
        Progress = job.StartedAt is null ? null : new((long)Math.Round(job.Progress * 100), Total: 100, job.Message.Length > 0 ? job.Message : null),
        Error = job.Error is null ? null : new(job.ErrorCode ?? "jobs.failed", job.Error),
        Result = job.Result is null ? null : JsonElement.Parse(job.Result),
    };

    /// <summary>The state that a text of the wire names; null for none.</summary>
    internal static Stored.JobState? ParseState(string text) =>
        Enum.TryParse<Stored.JobState>(text, ignoreCase: true, out var state) && char.IsAsciiLetter(text[0]) ? state : null;
}
