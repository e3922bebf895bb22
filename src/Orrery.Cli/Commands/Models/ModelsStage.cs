using System.CommandLine;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops models stage</c>.</summary>
internal static class ModelsStage
{
    public static Command Create()
    {
        var named = ModelsCommand.Named();
        var version = ModelsCommand.Version();
        var stage = Verb.Argument("stage", "None, Staging, Production or Archived");
        stage.CompletionSources.Add(ModelStages.None, ModelStages.Staging, ModelStages.Production, ModelStages.Archived);
        var archive = Verb.Flag("--archive-existing", "Archive the versions that are there now");
        return new Command("stage", "Move a version to a stage.") { named, version, stage, archive }.Does(async session =>
        {
            var moved = await session.Client.Versions.TransitionAsync(
                session.Args.GetRequiredValue(named),
                session.Args.GetRequiredValue(version),
                session.Args.GetRequiredValue(stage),
                session.Args.GetValue(archive),
                session.Cancel);
            session.Output.Line(moved, $"Version {moved.Version} of '{moved.Name}' is in {moved.CurrentStage}.");
        });
    }
}
