namespace Orrery.Web;

/// <summary>Pages of experiments and runs.</summary>
internal static class ExperimentPages
{
    public static void Map(PageRoutes pages)
    {
        pages.Page<ExperimentsView>("/experiments", "ShowExperiments", "Experiments.");
        pages.Page<ExperimentView>("/experiments/{experiment}", "ShowExperiment", "Runs of an experiment.");
        pages.Page<RunView>("/runs/{run}", "ShowRun", "A run.");
    }
}
