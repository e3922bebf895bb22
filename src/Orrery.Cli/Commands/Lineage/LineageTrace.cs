using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops lineage trace</c>.</summary>
internal static class LineageTrace
{
    public static Command Create()
    {
        var prediction = new Argument<string>("prediction") { Description = "The prediction's id, as its answer's header X-Orrery-Prediction-Id gave it" };
        return new Command("trace", "What one prediction came of: deployment, model version, run, training set, sources.") { prediction }
            .Example("mlops lineage trace 0190b6c4f2a17c3e9d5b8a7c6e5f4d3c")
            .Does(async session =>
        {
            var trace = await session.Client.Lineage.TraceAsync(session.Args.GetValue(prediction)!, session.Cancel);
            session.Output.Text(trace, LineageText.Of(trace.Graph));
            return ExitCodes.Ok;
        });
    }
}
