using System.CommandLine;
using System.Globalization;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops features training-set</c>.</summary>
internal static class FeaturesTrainingSet
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

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
        var leave = Verb.Flag("--no-wait", "Do not wait until it is built");
        return options.AddTo(new Command("create", "Make a training set. Ends with 1 when it could not be made.") { name, leave })
            .Example("mlops features training-set create tips -p rides --entities trips.csv --service tips_v1").Does(async session =>
        {
            var set = await session.Client.Features.CreateTrainingSetAsync(session.Args.GetRequiredValue(name), options.Read(session), session.Cancel);
            if (!session.Args.GetValue(leave))
                set = await BuiltAsync(session, set);
            TrainingSetText.Print(session, set);
            return set.State is "failed" ? ExitCodes.Failed : ExitCodes.Ok;
        });
    }

    private static async Task<TrainingSetInfo> BuiltAsync(Session session, TrainingSetInfo set)
    {
        if (set.State is "building")
            session.Output.Remark($"{set.TrainingSetId} is being built; Ctrl-C leaves it to the server.");
        while (set.State is "building")
        {
            await Task.Delay(Look, session.Host.Time, session.Cancel);
            set = await session.Client.Features.GetTrainingSetAsync(set.Project, set.TrainingSetId, session.Cancel);
        }

        return set;
    }

    private static Command List()
    {
        var project = FeaturesCommand.Project();
        return new Command("list", "List training sets, newest first.") { project }
            .Example("mlops features training-set list -p rides").Does(async session =>
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
                ("SIZE", static set => set.Size is { } size ? Printable.Bytes(size) : ""),
                ("HASH", static set => set.ContentHash is { } hash ? hash[..12] : ""),
                ("CREATED", static set => FeaturesRevisions.Time(set.CreatedAt)),
                ("BY", static set => set.CreatedBy),
                ("PROBLEM", static set => set.Problem));
        });
    }

    private static Command Show()
    {
        var (project, id) = (FeaturesCommand.Project(), Id());
        return new Command("show", "Show a training set: what it was made of and its columns; with --json its manifest, all statistics and the input for a run too.") { project, id }
            .Example("mlops features training-set show 01938f... -p rides").Does(async session =>
        {
            var (name, one) = (session.Args.GetValue(project)!, session.Args.GetRequiredValue(id));
            var all = await session.Client.Features.GetTrainingSetTextAsync(name, one, session.Cancel);
            if (session.Output.IsJson)
                session.Output.Raw(all + "\n");
            else
                TrainingSetText.Print(session, all);
        });
    }

    private static Command Download()
    {
        var (project, id) = (FeaturesCommand.Project(), Id());
        var to = new Option<string>("--output", "-o") { Description = "File to write", HelpName = "file", Required = true };
        var part = new Option<string>("--part") { Description = "data (the rows), manifest or entities", HelpName = "part", DefaultValueFactory = _ => "data" };
        part.AcceptOnlyFromAmong("data", "manifest", "entities");
        return new Command("download", "Download a training set's rows, its manifest or its entity rows.") { project, id, to, part }
            .Example("mlops features training-set download 01938f... -p rides -o tips.parquet").Does(async session =>
        {
            var file = session.Args.GetRequiredValue(to);
            await PartFile.WriteAsync(file, stream => session.Client.Features.DownloadTrainingSetAsync(
                session.Args.GetValue(project)!, session.Args.GetRequiredValue(id), session.Args.GetRequiredValue(part), stream, session.Cancel));
            session.Output.Done(file, "written", $"Written to {file}.");
        });
    }

    private static Command Delete()
    {
        var (project, id) = (FeaturesCommand.Project(), Id());
        var yes = Confirmation.Option();
        return new Command("delete", "Delete a training set with its rows.") { project, id, yes }.Example("mlops features training-set delete 01938f... -p rides --yes").Does(async session =>
        {
            Confirmation.Ask(session, yes, $"Training set {session.Args.GetRequiredValue(id)} would be deleted with its rows.");
            await session.Client.Features.DeleteTrainingSetAsync(session.Args.GetValue(project)!, session.Args.GetRequiredValue(id), session.Cancel);
            session.Output.Done(session.Args.GetRequiredValue(id), "deleted", "Deleted.");
        });
    }
}
