using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops lineage</c>.</summary>
internal static class LineageCommand
{
    public static Command Create() => new("lineage", "What came of what, from sources to predictions.")
    {
        LineageShow.Create(),
        LineageImpactVerb.Create(),
        LineageTrace.Create(),
        LineageEvents.Create(),
    };

    public static Argument<string> Node() => new("node") { Description = "A kind and a key or name: model_version:churn/3, run:<id>, source:rides/trips, source_column:rides/trips#fare" };
}
