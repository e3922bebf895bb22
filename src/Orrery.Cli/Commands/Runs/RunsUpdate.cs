using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops runs update</c>.</summary>
internal static class RunsUpdate
{
    public static Command Create()
    {
        var one = RunsCommand.One();
        var name = Verb.Text("--name", "Its new name", "text");
        var tags = new TagChange();
        var command = tags.AddTo(new Command("update", "Rename a run, or set and remove its tags.") { one, name });
        return command.Example("mlops runs update 0f3b6c2a9d1e4b7f8a5c6d7e8f901234 --name best --tag reviewed=yes").Does(async session =>
        {
            var (args, api) = (session.Args, session.Client.Runs);
            var id = args.GetRequiredValue(one);
            tags.Check(session, name);
            if (args.GetValue(name) is { } wanted)
                await api.UpdateAsync(new() { RunId = id, RunName = wanted }, session.Cancel);
            await tags.ApplyAsync(session, tag => api.SetTagAsync(id, tag.Key, tag.Value, session.Cancel), key => api.DeleteTagAsync(id, key, session.Cancel));
            session.Output.Done(id, "updated", $"Run {id} is changed.");
        });
    }
}
