using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops models register</c>.</summary>
internal static class ModelsRegister
{
    public static Command Create()
    {
        var named = Verb.Argument("model", "Name of the registered model; created when there is none");
        var uri = Verb.Argument("uri", "runs:/RUN/PATH, models:/LOGGED_MODEL or the address of a store");
        var description = Verb.Text("--description", "Text for people", "text");
        var tags = Verb.Texts("--tag", "A tag; may be given again", "key=value");
        var aliases = Verb.Texts("--alias", "An alias to point at it; may be given again", "alias");
        var command = new Command("register", "Register a model's files as the next version.") { named, uri, description, tags, aliases };
        return command.Does(async session =>
        {
            var name = session.Args.GetRequiredValue(named);
            var version = await session.Client.Versions.RegisterAsync(
                name,
                session.Args.GetRequiredValue(uri),
                Tags.Read(session.Args.GetRequiredValue(tags)),
                session.Args.GetValue(description),
                session.Cancel);
            foreach (var alias in session.Args.GetRequiredValue(aliases))
                await session.Client.Models.SetAliasAsync(name, alias, version.Version, session.Cancel);
            session.Output.Line(version, version.Version);
        });
    }
}
