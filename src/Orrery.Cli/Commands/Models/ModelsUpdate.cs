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
        var tags = Verb.Texts("--tag", "A tag to set; may be given again", "key=value");
        var untags = Verb.Texts("--untag", "A tag to remove; may be given again", "key");
        var command = new Command("update", "Describe or rename a registered model, or set and remove its tags.") { named, name, description, tags, untags };
        return command.Example("mlops models update churn --description \"Who leaves within a month\" --tag team=growth").Does(async session =>
        {
            var (args, api) = (session.Args, session.Client.Models);
            var model = args.GetRequiredValue(named);
            var (set, unset) = (Tags.Read(args.GetRequiredValue(tags)), args.GetRequiredValue(untags));
            if (args.GetValue(name) is null && args.GetValue(description) is null && set.Count is 0 && unset.Length is 0)
                throw new UsageException("Nothing is to be changed. What can be: --name, --description, --tag, --untag.");
            if (args.GetValue(description) is { } text)
                await api.DescribeAsync(model, text, session.Cancel);
            foreach (var tag in set)
                await api.SetTagAsync(model, tag.Key, tag.Value, session.Cancel);
            foreach (var key in unset)
                await api.DeleteTagAsync(model, key, session.Cancel);
            if (args.GetValue(name) is { } wanted)
                model = (await api.RenameAsync(model, wanted, session.Cancel)).Name;
            session.Output.Done(model, "updated", $"'{model}' is changed.");
        });
    }
}
