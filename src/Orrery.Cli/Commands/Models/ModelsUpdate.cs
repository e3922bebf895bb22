using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops models update</c>.</summary>
internal static class ModelsUpdate
{
    public static Command Create()
    {
        var named = ModelsCommand.Named();
        var name = Verb.Text("--name", "Its new name, for all its versions", "text");
        var description = Verb.Text("--description", "Text for people", "text");
        var tags = new TagChange();
        var command = tags.AddTo(new Command("update", "Describe or rename a registered model, or set and remove its tags.") { named, name, description });
        return command.Example("mlops models update churn --description \"Who leaves within a month\" --tag team=growth").Does(async session =>
        {
            var (args, api) = (session.Args, session.Client.Models);
            var model = args.GetRequiredValue(named);
            tags.Check(session, name, description);
            if (args.GetValue(description) is { } text)
                await api.DescribeAsync(model, text, session.Cancel);
            await tags.ApplyAsync(session, tag => api.SetTagAsync(model, tag.Key, tag.Value, session.Cancel), key => api.DeleteTagAsync(model, key, session.Cancel));
            if (args.GetValue(name) is { } wanted)
                model = (await api.RenameAsync(model, wanted, session.Cancel)).Name;
            session.Output.Done(model, "updated", $"'{model}' is changed.");
        });
    }
}
