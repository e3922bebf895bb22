using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops features plan</c>.</summary>
internal static class FeaturesPlan
{
    public static Command Create()
    {
        var file = new DefinitionFile();
        return file.AddTo(new Command("plan", "What applying a file would do and break. Ends with 1 when it would break something or a source cannot be read as the views do."))
            .Example("mlops features plan features.yaml")
            .Does(async session =>
        {
            var (project, yaml) = await file.ReadAsync(session);
            var plan = await session.Client.Features.PlanAsync(project, yaml, file.Options(session), session.Cancel);
            session.Output.Text(plan, PlanText.Of(plan));
            return plan.Breaks.Count > 0 || plan.Problems.Any(static problem => problem.IsFatal) ? ExitCodes.Failed : ExitCodes.Ok;
        });
    }
}
