using System.CommandLine;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops runs</c>.</summary>
internal static class RunsCommand
{
    public static Command Create() => new("runs", "Runs: what went into a training and what came out.")
    {
        RunsList.Create(),
        RunsShow.Create(),
        RunsCompare.Create(),
        RunsStatistics.Create(),
        RunsEqual.Create(),
        RunsCreate.Create(),
        RunsLog.Create(),
        RunsUpdate.Create(),
        RunsEnvironment.Create(),
        RunsDelete.Create(),
        RunsRestore.Create(),
    };

    public static Argument<string> One() => Verb.Argument("run", "Id of the run");

    public static string? Took(RunInfo run) =>
        run is { StartTime: { } start, EndTime: { } end } && end >= start && end - start < 10L * 365 * 24 * 3600 * 1000
            ? Printable.Duration(TimeSpan.FromMilliseconds(end - start))
            : null;

    public static string Status(RunInfo run) => run.Status.ToString().ToUpperInvariant();
}
