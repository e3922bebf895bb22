using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops features validate</c>.</summary>
internal static class FeaturesValidate
{
    public static Command Create()
    {
        var file = new DefinitionFile();
        return file.AddTo(new Command("validate", "Check a file; all that is wrong is told. Ends with 2 when something is."))
            .Example("mlops features validate features.yaml")
            .Does(async session =>
        {
            var (project, yaml) = await file.ReadAsync(session);
            var plan = await session.Client.Features.PlanAsync(project, yaml, file.Options(session), session.Cancel);
            session.Output.Line(plan, $"Valid. {PlanText.Summary(plan)}");
        });
    }
}
