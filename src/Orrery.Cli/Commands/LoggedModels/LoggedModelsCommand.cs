using System.CommandLine;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops logged-models</c>: models that runs made, before they are registered.</summary>
internal static class LoggedModelsCommand
{
    public static Command Create() => new("logged-models", "Models that runs made, before they are registered.") { List(), Show(), Delete() };

    private static Command List()
    {
        var listing = new Listing();
        var experiments = Verb.Texts("--experiment", "Name or id; may be given again; all without", "name");
        return listing.AddTo(new("list", "Search logged models, newest first.") { experiments }).Example("mlops logged-models list --experiment churn").Does(async session =>
        {
            var ids = new List<string>();
            foreach (var name in session.Args.GetRequiredValue(experiments))
                ids.Add((await ExperimentsCommand.FindAsync(session, name)).ExperimentId);
            var page = await session.Client.LoggedModels.SearchPageAsync(
                new SearchLoggedModels
                {
                    ExperimentIds = ids.Count > 0 ? ids : await AllAsync(session),
                    Filter = listing.Filter(session),
                    MaxResults = listing.PageLimit(session),
                    PageToken = listing.Token(session),
                },
                session.Cancel);
            session.Output.List(
                page,
                page.Models,
                page.NextPageToken,
                ("MODEL", static one => one.Info.ModelId),
                ("NAME", static one => one.Info.Name),
                ("EXPERIMENT", static one => one.Info.ExperimentId),
                ("STATUS", static one => one.Info.Status.ToString().ToUpperInvariant()),
                ("CREATED", static one => Printable.Time(one.Info.CreationTimestampMs)));
        });
    }

    private static Command Show()
    {
        var id = Id();
        return new Command("show", "Show one logged model.") { id }.Example("mlops logged-models show m-0f3b6c2a9d1e4b7f").Does(async session =>
        {
            var model = await session.Client.LoggedModels.GetAsync(session.Args.GetRequiredValue(id), session.Cancel);
            session.Output.Details(
                model,
                ("Id", model.Info.ModelId),
                ("Name", model.Info.Name),
                ("Experiment", model.Info.ExperimentId),
                ("Status", model.Info.Status.ToString().ToUpperInvariant()),
                ("Artifacts", model.Info.ArtifactUri),
                ("Created", Printable.Time(model.Info.CreationTimestampMs)),
                ("Updated", Printable.Time(model.Info.LastUpdatedTimestampMs)));
        });
    }

    private static Command Delete()
    {
        var id = Id();
        return new Command("delete", "Delete a logged model.") { id }
            .Asks(session => $"The logged model {session.Args.GetValue(id)} is deleted.").Example("mlops logged-models delete m-0f3b6c2a9d1e4b7f --yes").Does(async session =>
            {
                await session.Client.LoggedModels.DeleteAsync(session.Args.GetRequiredValue(id), session.Cancel);
                session.Output.Done(session.Args.GetRequiredValue(id), "deleted", "Deleted.");
            });
    }

    private static Argument<string> Id() => Verb.Argument("logged-model", "Id of the logged model");

    private static async Task<List<string>> AllAsync(Session session)
    {
        var ids = new List<string>();
        await foreach (var experiment in session.Client.Experiments.SearchAsync(new SearchExperiments { MaxResults = 1000 }, session.Cancel))
            ids.Add(experiment.ExperimentId);
        return ids;
    }
}
