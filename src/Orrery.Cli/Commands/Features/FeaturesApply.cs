using System.CommandLine;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops features apply</c>.</summary>
internal static class FeaturesApply
{
    public static Command Create()
    {
        var file = new DefinitionFile();
        var breaking = Breaking();
        var note = Verb.Text("--note", "Kept with the revision", "text");
        return file.AddTo(new Command("apply", "Apply a file, all of it or nothing.") { breaking, note })
            .Example("mlops features apply features.yaml --note \"ttl of two days\"")
            .Does(async session =>
        {
            var (project, yaml) = await file.ReadAsync(session);
            var options = file.Options(session) with { AllowBreaking = session.Args.GetValue(breaking), Note = session.Args.GetValue(note) };
            Show(session, await session.Client.Features.ApplyAsync(project, yaml, options, session.Cancel));
        });
    }

    public static Option<bool> Breaking() => Verb.Flag("--allow-breaking", "Also what breaks services, on-demand views or models");

    public static void Show(Session session, FeatureApply applied) => session.Output.Text(
        applied, PlanText.Of(applied.Plan) + (applied.Changed ? $"Applied as revision {applied.Revision}.\n" : $"Still at revision {applied.Revision}.\n"));
}
