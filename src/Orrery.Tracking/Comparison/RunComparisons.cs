using System.Globalization;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tracking;

/// <summary>Puts runs side by side.</summary>
internal sealed class RunComparisons(Db db)
{
    private const int MaxRuns = 100;

    /// <summary>Compares 2 to 100 different runs, deleted ones too; <c>tracking.invalid_comparison</c>, <c>tracking.run_not_found</c>.</summary>
    /// <param name="actor">Who asks.</param>
    /// <param name="runIds">In the order wanted; one named twice counts once.</param>
    /// <param name="differing">Only rows whose values differ.</param>
    /// <param name="cancel">Stops reading.</param>
    public async ValueTask<Result<RunComparison>> CompareAsync(Actor actor, IReadOnlyList<string> runIds, bool differing, CancellationToken cancel)
    {
        var ids = runIds.Distinct().ToList();
        if (ids.Count is < 2 or > MaxRuns)
            return Failure.Invalid("tracking.invalid_comparison", $"A comparison takes 2 to {MaxRuns} different runs; {ids.Count} were given in run_ids.");
        var (found, environments) = await db.ReadAsync(async session => (
            await RunDocumentStore.LoadAsync(session, actor.Workspace, ids),
            await EnvironmentStore.ListAsync(session, actor.Workspace, ids)), cancel);
        var byId = found.Where(static d => d.Info.Stage != Lifecycle.Importing).ToDictionary(static d => d.Info.RunId);
        if (ids.Find(id => !byId.ContainsKey(id)) is { } missing)
            return RunFailures.NotFound(missing);
        var documents = ids.ConvertAll(id => byId[id]);
        return new RunComparison
        {
            Runs = documents.ConvertAll(static d => RunInfos.Of(d.Info)),
            Params = Texts(documents.ConvertAll(static d => Of(d.Params)), differing),
            Metrics = Metrics(documents, differing),
            Tags = Texts(documents.ConvertAll(static d => Of(d.Tags.Where(static t => !t.Key.StartsWith("mlflow.", StringComparison.Ordinal)))), differing),
            Datasets = Texts(documents.ConvertAll(Datasets), differing),
            Environment = Texts(ids.ConvertAll(id => environments.TryGetValue(id, out var e) ? EnvironmentRows.Of(e) : []), differing),
        };
    }

    private static Dictionary<string, string> Of(IEnumerable<Pair> pairs) => pairs.ToDictionary(static p => p.Key, static p => p.Value);

    // One use of a name may have several contents: they stand in one cell, sorted.
    private static Dictionary<string, string> Datasets(RunDocument run) => run.Inputs
        .GroupBy(static i => i.Tags.FirstOrDefault(static t => t.Key == RunTags.DatasetContext).Value is { Length: > 0 } context ? $"{i.Name} ({context})" : i.Name)
        .ToDictionary(static g => g.Key, static g => string.Join(", ", g.Select(static i => i.Digest).Order(StringComparer.Ordinal)));

    private static List<ComparedText> Texts(List<Dictionary<string, string>> columns, bool differing)
    {
        var rows = new List<ComparedText>();
        foreach (var key in columns.SelectMany(static c => c.Keys).Distinct().Order(StringComparer.Ordinal))
        {
            var values = columns.ConvertAll(c => c.GetValueOrDefault(key));
            var differs = values.Exists(v => v != values[0]);
            if (differs || !differing)
                rows.Add(new(key, values, differs));
        }

        return rows;
    }

    private static List<ComparedMetric> Metrics(List<RunDocument> documents, bool differing)
    {
        var columns = documents.ConvertAll(static d => d.Metrics.ToDictionary(static m => m.Key, static m => m.Point.Value));
        var rows = new List<ComparedMetric>();
        foreach (var key in columns.SelectMany(static c => c.Keys).Distinct().Order(StringComparer.Ordinal))
        {
            var values = columns.ConvertAll(c => c.TryGetValue(key, out var value) ? value : (double?)null);
            // Equals, under which NaN is itself.
            var differs = values.Exists(v => !Equals(v, values[0]));
            if (differs || !differing)
                rows.Add(new(key, values, differs));
        }

        return rows;
    }
}

/// <summary>A captured environment as rows of a comparison.</summary>
internal static class EnvironmentRows
{
    public static Dictionary<string, string> Of(RunEnvironment environment)
    {
        var rows = new Dictionary<string, string>();
        Add("runtime", environment.Runtime);
        Add("runtime_version", environment.RuntimeVersion);
        Add("os", environment.Os);
        Add("architecture", environment.Architecture);
        Add("cpus", environment.Cpus?.ToString(CultureInfo.InvariantCulture));
        Add("memory_bytes", environment.MemoryBytes?.ToString(CultureInfo.InvariantCulture));
        Add("image", environment.Image);
        Add("command_line", environment.CommandLine.Count > 0 ? string.Join(' ', environment.CommandLine) : null);
        Add("git.commit", environment.Git?.Commit);
        Add("git.branch", environment.Git?.Branch);
        Add("git.repository", environment.Git?.Repository);
        Add("git.dirty", environment.Git is { } git ? (git.Dirty ? "true" : "false") : null);
        foreach (var package in environment.Packages)
            Add("package:" + package.Name, package.Version);
        return rows;

        void Add(string key, string? value)
        {
            if (value is not null)
                rows[key] = value;
        }
    }
}
