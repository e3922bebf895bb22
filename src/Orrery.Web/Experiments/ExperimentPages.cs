using Microsoft.AspNetCore.Http;

namespace Orrery.Web;

/// <summary>Pages of experiments and runs.</summary>
internal static class ExperimentPages
{
    public static void Map(PageRoutes pages)
    {
        pages.Page<ExperimentsView>("/experiments", "ShowExperiments", "Experiments.");
        pages.Page<ExperimentView>("/experiments/{experiment}", "ShowExperiment", "Runs of an experiment.");
        pages.Page<CompareView>("/compare", "ShowComparison", "Runs side by side.");
        pages.Page<RunView>("/runs/{run}", "ShowRun", "A run: parameters, metrics, files, where it ran.");
        pages.Get("/runs/{run}/html", "GetRunHtml", "An HTML artifact of a run, for a frame, in a sandbox.", static (HttpContext context, string run) => SandboxedHtml.AnswerAsync(context, run));
    }
}
