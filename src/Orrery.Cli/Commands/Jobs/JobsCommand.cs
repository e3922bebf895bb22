using System.CommandLine;
using System.Globalization;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops jobs</c>.</summary>
internal static class JobsCommand
{
    public static Command Create() => new("jobs", "Work that the server does in the background.")
    {
        JobsList.Create(),
        JobsShow.Create(),
        JobsWait.Create(),
        JobsCancel.Create(),
    };

    public static Argument<string> One() => Verb.Argument("job", "Id of the job");

    public static string State(Job job) => job.State.ToString().ToLowerInvariant();

    public static string? Progress(Job job) => job.Progress is { } progress
        ? string.Create(CultureInfo.InvariantCulture, $"{progress.Done}{(progress.Total is { } total ? $"/{total}" : "")} {progress.Message}").Trim()
        : null;

    public static void Show(Session session, Job job) => session.Output.Details(
        job,
        ("Id", job.JobId),
        ("Kind", job.Kind),
        ("State", State(job)),
        ("Progress", Progress(job)),
        ("Created", Printable.Time(job.CreatedAt)),
        ("Created by", job.CreatedBy),
        ("Started", Printable.Time(job.StartedAt)),
        ("Finished", Printable.Time(job.FinishedAt)),
        ("Attempts", job.Attempts.ToString(CultureInfo.InvariantCulture)),
        ("Error", job.Error is { } error ? $"{error.Code}: {error.Message}" : null),
        ("Result", job.Result?.ToString()));
}
