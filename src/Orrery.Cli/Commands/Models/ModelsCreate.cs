using System.CommandLine;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops models create</c>.</summary>
internal static class ModelsCreate
{
    public static Command Create()
    {
        var name = Verb.Argument("name", "Unique in the workspace");
        var description = Verb.Text("--description", "Text for people", "text");
        var tags = Verb.Texts("--tag", "A tag; may be given again", "key=value");
        return new Command("create", "Create a registered model without versions.") { name, description, tags }.Does(async session =>
        {
            var model = await session.Client.Models.CreateAsync(
                new CreateRegisteredModel
                {
                    Name = session.Args.GetRequiredValue(name),
                    Description = session.Args.GetValue(description),
                    Tags = Tags.Read(session.Args.GetRequiredValue(tags)),
                },
                session.Cancel);
            session.Output.Line(model, model.Name);
        });
    }
}
