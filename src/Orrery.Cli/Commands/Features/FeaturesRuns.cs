using System.CommandLine;
using System.Globalization;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops features materializations</c>.</summary>
internal static class FeaturesRuns
{
    public static Command Create() => new("materializations", "Runs that brought values online, or are at it.")
    {
        List(),
        Show(),
        Stop(),
    };

    private static Argument<string> Id() => Verb.Argument("run", "Id of the run");

    private static Command List()
    {
        var project = FeaturesCommand.Project();
        var view = Verb.Text("--view", "Only runs of this view", "name");
        var listing = new Listing();
        return listing.AddTo(new Command("list", "List runs, newest first.") { project, view }, search: false)
            .Example("mlops features materializations list -p rides --view driver_hourly")
            .Does(async session =>
            {
                var page = await session.Client.Features.ListMaterializationsAsync(
                    session.Args.GetValue(project)!, session.Args.GetValue(view), listing.PageLimit(session), listing.Token(session), session.Cancel);
                session.Output.List(
                    page, [.. page.Runs], page.NextPageToken,
                    ("RUN", static run => run.Id),
                    ("VIEW", static run => run.View),
                    ("MODE", static run => run.Mode),
                    ("STATE", static run => run.State),
                    ("DONE", static run => run.Progress.ToString("P0", CultureInfo.InvariantCulture)),
                    ("WRITTEN", static run => run.RowsWritten.ToString("N0", CultureInfo.InvariantCulture)),
                    ("CREATED", static run => FeaturesRevisions.Time(run.CreatedAt)),
                    ("BY", static run => run.CreatedBy),
                    ("ERROR", static run => run.Error));
            });
    }

    private static Command Show()
    {
        var (project, id) = (FeaturesCommand.Project(), Id());
        return new Command("show", "Show one run. Ends with 1 when it failed or was cancelled.") { id, project }
            .Example("mlops features materializations show 01938f... -p rides")
            .Does(async session =>
            {
                var run = await session.Client.Features.GetMaterializationAsync(session.Args.GetValue(project)!, session.Args.GetRequiredValue(id), session.Cancel);
                Print(session, run);
                return run.State is "failed" or "cancelled" ? ExitCodes.Failed : ExitCodes.Ok;
            });
    }

    private static Command Stop()
    {
        var (project, id) = (FeaturesCommand.Project(), Id());
        return new Command("cancel", "Ask a run to stop. What it wrote stays.") { id, project }
            .Example("mlops features materializations cancel 01938f... -p rides")
            .Does(async session =>
            {
                // A run's id is that of its job; any other job is none of ours.
                var run = await session.Client.Features.GetMaterializationAsync(session.Args.GetValue(project)!, session.Args.GetRequiredValue(id), session.Cancel);
                var job = await session.Client.Jobs.CancelAsync(run.Id, session.Cancel);
                session.Output.Line(job, $"Run {run.Id} of {run.View} is {JobsCommand.State(job)}{(job.State is JobState.Running ? " until it stops" : "")}.");
            });
    }

    private static void Print(Session session, MaterializationRun run) => session.Output.Details(
        run,
        ("Run", run.Id),
        ("View", string.Create(CultureInfo.InvariantCulture, $"{run.Project}/{run.View} v{run.Version}")),
        ("Mode", run.Mode),
        ("State", string.Create(CultureInfo.InvariantCulture, $"{run.State}, {run.Progress:P0}{(run.Message is { } doing ? ", " + doing : "")}")),
        ("From", run.From is { } from ? FeaturesRevisions.Time(from) : "the beginning"),
        ("To", FeaturesRevisions.Time(run.To)),
        ("Rows", string.Create(CultureInfo.InvariantCulture, $"{run.RowsRead:N0} read, {run.RowsWritten:N0} written, {run.RowsOlder:N0} older than what is online, {run.Quarantined:N0} set aside")),
        ("Error", run.Error),
        ("Created", $"{FeaturesRevisions.Time(run.CreatedAt)}, {run.CreatedBy}"),
        ("Finished", run.FinishedAt is { } finished ? FeaturesRevisions.Time(finished) : null));
}
