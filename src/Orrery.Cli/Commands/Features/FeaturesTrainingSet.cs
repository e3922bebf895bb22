using System.CommandLine;
using System.Globalization;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops features training-set</c>.</summary>
internal static class FeaturesTrainingSet
{
    public static Command Create() => new("training-set", "Training sets: make, look up, download.")
    {
        Make(),
        List(),
        Show(),
        Download(),
        Delete(),
    };

    private static Argument<string> Id() => Verb.Argument("id", "The training set");

    private static Command Make()
    {
        var name = Verb.Argument("name", "What it shall be called");
        var options = new HistoricalOptions();
        return options.AddTo(new Command("create", "Make a training set.") { name }).Does(async session =>
            Print(session, await session.Client.Features.CreateTrainingSetAsync(session.Args.GetRequiredValue(name), options.Read(session), session.Cancel)));
    }

    private static Command List()
    {
        var project = FeaturesCommand.Project();
        return new Command("list", "List training sets, newest first.") { project }.Does(async session =>
        {
            var sets = new List<TrainingSetInfo>();
            await foreach (var set in session.Client.Features.ListTrainingSetsAsync(session.Args.GetValue(project)!, session.Cancel))
                sets.Add(set);
            session.Output.List(
                new TrainingSetPage { TrainingSets = sets },
                sets,
                null,
                ("ID", static set => set.TrainingSetId),
                ("NAME", static set => set.Name),
                ("STATE", static set => set.State),
                ("ROWS", static set => set.RowCount?.ToString(CultureInfo.InvariantCulture) ?? ""),
                ("HASH", static set => set.ContentHash is { } hash ? hash[..12] : ""));
        });
    }

    private static Command Show()
    {
        var (project, id) = (FeaturesCommand.Project(), Id());
        return new Command("show", "Show a training set; with --json its manifest and statistics too.") { project, id }.Does(async session =>
        {
            var (name, one) = (session.Args.GetValue(project)!, session.Args.GetRequiredValue(id));
            if (session.Output.IsJson)
                session.Output.Raw(await session.Client.Features.GetTrainingSetTextAsync(name, one, session.Cancel) + "\n");
            else
                Print(session, await session.Client.Features.GetTrainingSetAsync(name, one, session.Cancel));
        });
    }

    private static Command Download()
    {
        var (project, id) = (FeaturesCommand.Project(), Id());
        var to = new Option<string>("--output", "-o") { Description = "File to write", HelpName = "file", Required = true };
        var part = new Option<string>("--part") { Description = "data (the rows), manifest or entities", HelpName = "part", DefaultValueFactory = _ => "data" };
        part.AcceptOnlyFromAmong("data", "manifest", "entities");
        return new Command("download", "Download a training set's rows, its manifest or its entity rows.") { project, id, to, part }.Does(async session =>
        {
            var file = session.Args.GetRequiredValue(to);
            await using (var stream = File.Create(file))
            {
                await session.Client.Features.DownloadTrainingSetAsync(
                    session.Args.GetValue(project)!, session.Args.GetRequiredValue(id), session.Args.GetRequiredValue(part), stream, session.Cancel);
            }

            session.Output.Remark($"Written to {file}.");
        });
    }

    private static Command Delete()
    {
        var (project, id) = (FeaturesCommand.Project(), Id());
        return new Command("delete", "Delete a training set with its rows.") { project, id }.Does(async session =>
        {
            await session.Client.Features.DeleteTrainingSetAsync(session.Args.GetValue(project)!, session.Args.GetRequiredValue(id), session.Cancel);
            session.Output.Remark("Deleted.");
        });
    }

    private static void Print(Session session, TrainingSetInfo set) => session.Output.Details(
        set,
        ("Id", set.TrainingSetId),
        ("Name", set.Name),
        ("State", set.State),
        ("Rows", set.RowCount?.ToString(CultureInfo.InvariantCulture)),
        ("Content hash", set.ContentHash),
        ("Job", set.JobId),
        ("Problem", set.Problem));
}
