using System.CommandLine;
using System.Globalization;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops features materialize</c>.</summary>
internal static class FeaturesMaterialize
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(300);

    public static Command Create()
    {
        var project = FeaturesCommand.Project();
        var views = new Argument<string[]>("views") { Description = "Which views; all that are served online when none is named", Arity = ArgumentArity.ZeroOrMore };
        var from = Verb.Text("--from", "From when, instead of where the last run ended", "time");
        var to = Verb.Text("--to", "Until when; now is the default", "time");
        var rebuild = Verb.Flag("--rebuild", "Bring everything back from the sources, as after a lost store");
        var force = Verb.Flag("--force", "Stop runs of these views that are at work");
        var leave = Verb.Flag("--no-wait", "Do not wait for the end");
        return new Command("materialize", "Bring feature values online: what is new, a time, or everything anew. Ends with 1 when a run failed.")
        {
            views, project, from, to, rebuild, force, leave,
        }
            .Example("mlops features materialize driver_hourly -p rides --from 2026-01-01")
            .Does(async session =>
        {
            var name = session.Args.GetValue(project)!;
            var started = await session.Client.Features.MaterializeAsync(name, new StartMaterialization
            {
                Views = session.Args.GetValue(views) ?? [],
                From = session.Args.GetValue(from),
                To = session.Args.GetValue(to),
                Rebuild = session.Args.GetValue(rebuild),
                Force = session.Args.GetValue(force),
            }, session.Cancel);
            var runs = session.Args.GetValue(leave) ? [.. started.Runs] : await WaitAsync(session, name, started.Runs);
            Show(session, runs);
            return runs.Any(static run => run.State is "failed" or "cancelled") ? ExitCodes.Failed : ExitCodes.Ok;
        });
    }

    private static async Task<List<MaterializationRun>> WaitAsync(Session session, string project, IReadOnlyList<MaterializationRun> started)
    {
        var runs = new List<MaterializationRun>();
        foreach (var one in started)
        {
            var (run, told) = (one, "");
            while (run.State is "queued" or "running")
            {
                await Task.Delay(Look, session.Cancel);
                run = await session.Client.Features.GetMaterializationAsync(project, one.Id, session.Cancel);
                var now = string.Create(CultureInfo.InvariantCulture, $"{run.View}: {run.State}, {run.Progress:P0}{(run is { Error: { } error, State: "queued" or "running" } ? ", to be tried again: " + error : "")}");
                if (now != told)
                    session.Output.Remark(told = now);
            }

            runs.Add(run);
        }

        return runs;
    }

    private static void Show(Session session, List<MaterializationRun> runs) => session.Output.List(
        new MaterializationRunPage { Runs = runs }, runs, null,
        ("RUN", static run => run.Id),
        ("VIEW", static run => run.View),
        ("MODE", static run => run.Mode),
        ("STATE", static run => run.State),
        ("WRITTEN", static run => run.RowsWritten.ToString(CultureInfo.InvariantCulture)),
        ("OLDER", static run => run.RowsOlder.ToString(CultureInfo.InvariantCulture)),
        ("SET ASIDE", static run => run.Quarantined.ToString(CultureInfo.InvariantCulture)),
        ("ERROR", static run => run.Error));
}
