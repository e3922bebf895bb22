using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops experiments update</c>.</summary>
internal static class ExperimentsUpdate
{
    public static Command Create()
    {
        var named = ExperimentsCommand.Named();
        var name = Verb.Text("--name", "Its new name", "text");
        var tags = Verb.Texts("--tag", "A tag to set; may be given again", "key=value");
        var untags = Verb.Texts("--untag", "A tag to remove; may be given again", "key");
        var command = new Command("update", "Rename an experiment, or set and remove its tags.") { named, name, tags, untags };
        return command.Example("mlops experiments update churn --name churn-2026 --tag team=growth").Does(async session =>
        {
            var (args, api) = (session.Args, session.Client.Experiments);
            var (set, unset) = (Tags.Read(args.GetRequiredValue(tags)), args.GetRequiredValue(untags));
            if (args.GetValue(name) is null && set.Count is 0 && unset.Length is 0)
                throw new UsageException("Nothing is to be changed. What can be: --name, --tag, --untag.");
            var id = (await ExperimentsCommand.FindAsync(session, args.GetRequiredValue(named))).ExperimentId;
            if (args.GetValue(name) is { } wanted)
                await api.RenameAsync(id, wanted, session.Cancel);
            foreach (var tag in set)
                await api.SetTagAsync(id, tag.Key, tag.Value, session.Cancel);
            foreach (var key in unset)
                await api.DeleteTagAsync(id, key, session.Cancel);
            session.Output.Done(id, "updated", $"Experiment {id} is changed.");
        });
    }
}
