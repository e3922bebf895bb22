using System.Globalization;
using Spectre.Console;

namespace Orrery.Cli;

/// <summary>Runs a copy with its progress shown, and reports what it did.</summary>
internal static class CopyVerb
{
    public static async Task<int> RunAsync(Session session, ICopySource source, ICopyTarget target, string targetName, CopyOptions options)
    {
        var tally = new CopyTally(session.Host.Time);
        using var scratch = new Scratch();
        await WatchAsync(session, tally, told => new Copy(source, target, options, tally, scratch, told).RunAsync(session.Cancel));
        var summary = tally.Summary(source.Name, targetName);
        await target.FinishAsync(summary, session.Cancel);
        Report(session, summary);
        return summary.Complete ? ExitCodes.Ok : ExitCodes.Failed;
    }

    private static async Task WatchAsync(Session session, CopyTally tally, Func<Action<string, double>, Task> copy)
    {
        if (session.Output.Progress is not { } console)
        {
            await copy((what, _) => session.Output.Remark($"Copying {what} ... ({tally.InWords()})"));
            return;
        }

        var bar = console.Progress().AutoClear(true).Columns(
            new SpinnerColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn(), new TaskDescriptionColumn());
        await bar.StartAsync(async context =>
        {
            var task = context.AddTask("Asking the source", maxValue: 1);
            var what = "";
            using var redraw = session.Host.Time.CreateTimer(
                _ => task.Description = Markup.Escape(Printable.Of($"{what} - {tally.InWords()}")),
                null,
                TimeSpan.FromMilliseconds(250),
                TimeSpan.FromMilliseconds(250));
            await copy((now, share) => (what, task.Value) = (now, share));
            task.Value = 1;
        });
    }

    private static void Report(Session session, CopySummary summary)
    {
        session.Output.Details(
            summary,
            ("From", summary.Source),
            ("To", summary.Target),
            ("Took", Printable.Duration(TimeSpan.FromSeconds(summary.Seconds))),
            ("Experiments", Count(summary.Experiments)),
            ("Runs", Count(summary.Runs, summary.RunsAlreadyThere)),
            ("Params, tags", $"{Count(summary.Params)}, {Count(summary.Tags)}"),
            ("Metric points", Count(summary.MetricPoints)),
            ("Files", $"{Count(summary.Files)}, {Printable.Bytes(summary.Bytes)}"),
            ("Logged models", Count(summary.LoggedModels, summary.LoggedModelsAlreadyThere)),
            ("Registered models", $"{Count(summary.RegisteredModels)} with {Count(summary.ModelVersions)} versions and {Count(summary.Aliases)} aliases"),
            ("Notes", Printable.Lines(summary.Notes)),
            ("Missing", Printable.Lines(summary.Problems.Select(problem => $"{problem.Kind} {problem.Id}: {problem.Message} ({problem.Code})"))));
        session.Output.Remark(summary.Complete
            ? "All of it is there, with counts and hashes compared. Traces, webhooks and permissions are not copied."
            : $"{summary.Problems.Count} could not be copied. Run the same command again to try these once more.");
    }

    private static string Count(long copied, long alreadyThere = 0) => alreadyThere is 0
        ? copied.ToString("N0", CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{copied:N0} copied, {alreadyThere:N0} already there");
}
