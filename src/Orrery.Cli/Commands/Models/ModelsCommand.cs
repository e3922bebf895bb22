using System.CommandLine;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops models</c>.</summary>
internal static class ModelsCommand
{
    public static Command Create() => new("models", "The model registry.")
    {
        ModelsList.Create(),
        ModelsShow.Create(),
        ModelsCreate.Create(),
        ModelsRegister.Create(),
        ModelsVersions.Create(),
        ModelsAlias.Create(),
        ModelsStage.Create(),
        ModelsServed.Create(),
        ModelsTest.Create(),
        ModelsUpdate.Create(),
        ModelsDelete.Create(),
    };

    public static Argument<string> Named() => Verb.Argument("model", "Name of the registered model");

    public static Argument<string> Version() => Verb.Argument("version", "Number of the version");

    public static string Aliases(RegisteredModel model) => string.Join(' ', model.Aliases.Select(alias => $"{alias.Alias}={alias.Version}"));

    public static void Show(Session session, ModelVersion version) => session.Output.Details(
        version,
        ("Model", version.Name),
        ("Version", version.Version),
        ("Stage", version.CurrentStage),
        ("Aliases", string.Join(' ', version.Aliases)),
        ("Status", version.Status.ToString()),
        ("Run", version.RunId),
        ("Logged model", version.ModelId),
        ("Source", version.Source),
        ("User", version.UserId),
        ("Created", Printable.Time(version.CreationTimestamp)),
        ("Description", version.Description),
        ("Tags", Printable.Lines(version.Tags.Select(tag => $"{tag.Key} = {tag.Value}"))));
}
