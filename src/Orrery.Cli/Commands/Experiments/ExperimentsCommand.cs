using System.CommandLine;
using Orrery.Client;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops experiments</c>.</summary>
internal static class ExperimentsCommand
{
    public static Command Create() => new("experiments", "Experiments: named collections of runs.")
    {
        ExperimentsList.Create(),
        ExperimentsCreate.Create(),
        ExperimentsShow.Create(),
        ExperimentsUpdate.Create(),
        ExperimentsDelete.Create(),
        ExperimentsRestore.Create(),
    };

    public static Argument<string> Named() => Verb.Argument("experiment", "Name or id; a name wins");

    /// <summary>The experiment of that name, else of that id.</summary>
    public static async Task<Experiment> FindAsync(Session session, string nameOrId)
    {
        if (await session.Client.Experiments.FindAsync(nameOrId, session.Cancel) is { } named)
            return named;
        if (long.TryParse(nameOrId, out _))
            return await session.Client.Experiments.GetAsync(nameOrId, session.Cancel);
        throw new OrreryApiException(
            System.Net.HttpStatusCode.NotFound, MlflowErrorCodes.ResourceDoesNotExist, $"There is no experiment '{nameOrId}'.", requestId: null);
    }

    public static void Show(Session session, Experiment experiment) => session.Output.Details(
        experiment,
        ("Id", experiment.ExperimentId),
        ("Name", experiment.Name),
        ("Stage", experiment.LifecycleStage.ToString().ToLowerInvariant()),
        ("Artifacts", experiment.ArtifactLocation),
        ("Created", Printable.Time(experiment.CreationTime)),
        ("Updated", Printable.Time(experiment.LastUpdateTime)),
        ("Tags", Printable.Lines(experiment.Tags.Select(tag => $"{tag.Key} = {tag.Value}"))));
}
