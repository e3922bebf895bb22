using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops experiments update</c>.</summary>
internal static class ExperimentsUpdate
{
    public static Command Create()
    {
        var named = ExperimentsCommand.Named();
        var name = Verb.Text("--name", "Its new name", "text");
        var tags = new TagChange();
        var command = tags.AddTo(new Command("update", "Rename an experiment, or set and remove its tags.") { named, name });
        return command.Example("mlops experiments update churn --name churn-2026 --tag team=growth").Does(async session =>
        {
            var (args, api) = (session.Args, session.Client.Experiments);
            tags.Check(session, name);
            var id = (await ExperimentsCommand.FindAsync(session, args.GetRequiredValue(named))).ExperimentId;
            if (args.GetValue(name) is { } wanted)
                await api.RenameAsync(id, wanted, session.Cancel);
            await tags.ApplyAsync(session, tag => api.SetTagAsync(id, tag.Key, tag.Value, session.Cancel), key => api.DeleteTagAsync(id, key, session.Cancel));
            session.Output.Done(id, "updated", $"Experiment {id} is changed.");
        });
    }
}
