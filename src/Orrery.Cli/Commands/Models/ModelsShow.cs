using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops models show</c>.</summary>
internal static class ModelsShow
{
    public static Command Create()
    {
        var named = ModelsCommand.Named();
        var version = Verb.Text("--version", "Show this version of it", "n");
        var alias = Verb.Text("--alias", "Show the version that this alias points at", "alias");
        return new Command("show", "Show a registered model or one of its versions.") { named, version, alias }.Does(async session =>
        {
            var name = session.Args.GetRequiredValue(named);
            if (session.Args.GetValue(version) is { } number)
            {
                ModelsCommand.Show(session, await session.Client.Versions.GetAsync(name, number, session.Cancel));
                return;
            }

            if (session.Args.GetValue(alias) is { } pointer)
            {
                ModelsCommand.Show(session, await session.Client.Models.GetByAliasAsync(name, pointer, session.Cancel));
                return;
            }

            var model = await session.Client.Models.GetAsync(name, session.Cancel);
            session.Output.Details(
                model,
                ("Name", model.Name),
                ("Description", model.Description),
                ("Latest", string.Join(' ', model.LatestVersions.Select(latest => $"{latest.CurrentStage}={latest.Version}"))),
                ("Aliases", ModelsCommand.Aliases(model)),
                ("User", model.UserId),
                ("Created", Printable.Time(model.CreationTimestamp)),
                ("Updated", Printable.Time(model.LastUpdatedTimestamp)),
                ("Tags", Printable.Lines(model.Tags.Select(tag => $"{tag.Key} = {tag.Value}"))));
        });
    }
}
