using System.Globalization;
using Orrery.Contracts;
using Orrery.Kernel;

namespace Orrery.Tracking;

/// <summary>What can be wrong with an import.</summary>
internal static class ImportFailures
{
    public static Failure NameTaken(string name) => Failure.AlreadyExists(ImportCodes.NameTaken,
        $"An experiment named '{name}' exists here and did not come from this source. Rename one of the two, or import with merge to add to it.");

    public static Failure Taken(ImportKey key) => Failure.AlreadyExists(ImportCodes.IdTaken,
        $"A {Noun(key)} with id {key.Id} exists here and did not come from this source.");

    public static Failure Complete(ImportKey key) => Failure.Conflict(ImportCodes.Complete, $"The import of {Noun(key)} {key.Id} is complete; it takes no more parts.");

    public static Failure NotOpen(ImportKey key) => Failure.NotFound(ImportCodes.NotOpen, $"No import of a {Noun(key)} with id {Clip(key.Id)} is open.");

    public static Failure BeingRemoved(ImportKey key) => Failure.Unavailable("import.being_removed",
        $"The {Noun(key)} with id {key.Id} that was here before is still being removed; try again soon.");

    public static Failure Busy(ImportKey key) => Failure.Conflict(ImportCodes.Incomplete,
        $"The import of {Noun(key)} {key.Id} was still being written to while it was verified. Complete it after the last part.");

    /// <summary>What is stored is not what was expected; null when it is.</summary>
    public static Failure? Compare(ImportKey key, ImportCounts expected, ImportCounts found)
    {
        var faults = new List<FieldFault>();
        Compare("params", expected.Params, found.Params);
        Compare("tags", expected.Tags, found.Tags);
        Compare("metric_keys", expected.MetricKeys, found.MetricKeys);
        Compare("metric_points", expected.MetricPoints, found.MetricPoints);
        Compare("artifacts", expected.Artifacts, found.Artifacts);
        Compare("artifact_bytes", expected.ArtifactBytes, found.ArtifactBytes);
        return faults.Count == 0
            ? null
            : Failure.Conflict(ImportCodes.Incomplete, $"The import of {Noun(key)} {key.Id} is not whole.") with { Faults = faults };

        void Compare(string name, long? want, long? have)
        {
            if (want is not null && want != have)
                faults.Add(new($"expected.{name}", $"{Text(want)} expected, {Text(have)} found."));
        }
    }

    private static string Text(long? count) => count?.ToString(CultureInfo.InvariantCulture) ?? "none here to count";

    private static string Noun(ImportKey key) => key.Kind == "run" ? "run" : "logged model";

    private static string Clip(string id) => id.Length <= 100 ? id : id[..100] + "...";
}
