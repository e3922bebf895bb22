using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops gc</c>.</summary>
internal static class GcCommand
{
    public static Command Create()
    {
        var olderThan = new Option<TimeSpan?>("--older-than")
        {
            Description = "How long ago it must have been deleted: 30d, 12h, 1d12h, 45m, 0d [default: the server's retention, or 30d]",
            HelpName = "time",
            CustomParser = result =>
            {
                if (DurationText.TryParse(result.Tokens[0].Value, out var time))
                    return time;
                result.AddError($"'{result.Tokens[0].Value}' is not a time such as 30d, 12h or 1d12h.");
                return default;
            },
        };
        var dryRun = Verb.Flag("--dry-run", "Only count what would be removed");
        var experiments = Verb.Texts("--experiment", "Only this experiment, by name or id; may be given again", "name");
        var noWait = Verb.Flag("--no-wait", "Print the job and return at once");
        var command = new Command("gc", "Remove for good what was deleted long ago. What a registered version reaches stays.")
        {
            olderThan, dryRun, experiments, noWait,
        };
        command.Asks(session => session.Args.GetValue(dryRun) ? null : "What was deleted longer ago is removed for good; --dry-run counts it first.");
        return command.Example("mlops gc --older-than 30d --dry-run").Does(async session =>
        {
            var ids = new List<string>();
            foreach (var name in session.Args.GetRequiredValue(experiments))
                ids.Add((await ExperimentsCommand.FindAsync(session, name)).ExperimentId);
            var job = await session.Client.Jobs.StartGcAsync(
                new GcRequest
                {
                    OlderThan = session.Args.GetValue(olderThan),
                    DryRun = session.Args.GetValue(dryRun),
                    ExperimentIds = ids,
                },
                session.Cancel);
            if (session.Args.GetValue(noWait))
            {
                session.Output.Line(job, job.JobId);
                return ExitCodes.Ok;
            }

            return Report(session, await JobWait.ForEndAsync(session, job, "Removing"));
        });
    }

    private static int Report(Session session, Job job)
    {
        if (job.State is not JobState.Succeeded || job.Result is not { } result)
        {
            JobsCommand.Show(session, job);
            return ExitCodes.Failed;
        }

        var report = result.Deserialize(OrreryJson.TypeOf<GcReport>())!;
        session.Output.Details(
            report,
            (report.DryRun ? "Would remove" : "Removed", Text(report)),
            ("Bytes", Printable.Bytes(report.Bytes)),
            ("Kept because registered", report.KeptBecauseRegistered.ToString(CultureInfo.InvariantCulture)));
        return ExitCodes.Ok;
    }

    private static string Text(GcReport report) => string.Create(
        CultureInfo.InvariantCulture,
        $"{report.Experiments} experiments, {report.Runs} runs, {report.LoggedModels} logged models, {report.Artifacts} files");
}
