using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops runs update</c>.</summary>
internal static class RunsUpdate
{
    public static Command Create()
    {
        var one = RunsCommand.One();
        var name = Verb.Text("--name", "Its new name", "text");
        var tags = Verb.Texts("--tag", "A tag to set; may be given again", "key=value");
        var untags = Verb.Texts("--untag", "A tag to remove; may be given again", "key");
        var command = new Command("update", "Rename a run, or set and remove its tags.") { one, name, tags, untags };
        return command.Example("mlops runs update 0f3b6c2a9d1e4b7f8a5c6d7e8f901234 --name best --tag reviewed=yes").Does(async session =>
        {
            var (args, api) = (session.Args, session.Client.Runs);
            var id = args.GetRequiredValue(one);
            var (set, unset) = (Tags.Read(args.GetRequiredValue(tags)), args.GetRequiredValue(untags));
            if (args.GetValue(name) is null && set.Count is 0 && unset.Length is 0)
                throw new UsageException("Nothing is to be changed. What can be: --name, --tag, --untag.");
            if (args.GetValue(name) is { } wanted)
                await api.UpdateAsync(new() { RunId = id, RunName = wanted }, session.Cancel);
            foreach (var tag in set)
                await api.SetTagAsync(id, tag.Key, tag.Value, session.Cancel);
            foreach (var key in unset)
                await api.DeleteTagAsync(id, key, session.Cancel);
            session.Output.Done(id, "updated", $"Run {id} is changed.");
        });
    }
}
