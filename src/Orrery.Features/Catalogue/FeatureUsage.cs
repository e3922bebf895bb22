using System.Collections.Concurrent;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Features;

/// <summary>
/// Counts who reads what, in memory; <see cref="UsageFlush"/> writes the counts down by the minute. Counting takes no lock and, but for the
/// first time of a name, allocates nothing. What a killed server counted last is lost: these are statistics.
/// </summary>
internal sealed class FeatureUsage(Db db, TimeProvider time)
{
    /// <summary>Kind of a count of a service's reads.</summary>
    public const string Service = "service";

    /// <summary>Kind of a count of a single feature's reads.</summary>
    public const string Feature = "feature";

    private readonly ConcurrentDictionary<(WorkspaceId Workspace, string Project, string Service), Counter> _services = new();
    private readonly ConcurrentDictionary<(WorkspaceId Workspace, string Project, string View, string Feature), Counter> _features = new();

    /// <summary>Counts one request, online or historical.</summary>
    public void Count(FeatureSelection selection)
    {
        var project = selection.Project;
        if (selection.Service is { } service)
        {
            if (!_services.TryGetValue((project.Workspace, project.Name, service.Name), out var counter))
                counter = _services.GetOrAdd((project.Workspace, project.Name, service.Name), static _ => new());
            Interlocked.Increment(ref counter.Value);
            return;
        }

        for (var at = 0; at < selection.Features.Count; at++)
        {
            var selected = selection.Features[at];
            var projection = selection.Projections[selected.Projection];
            var view = projection.View?.Name ?? projection.OnDemand!.Name;
            var feature = (projection.View?.Fields ?? projection.OnDemand!.Fields)[selected.Field].Name;
            if (!_features.TryGetValue((project.Workspace, project.Name, view, feature), out var counter))
                counter = _features.GetOrAdd((project.Workspace, project.Name, view, feature), static _ => new());
            Interlocked.Increment(ref counter.Value);
        }
    }

    /// <summary>Writes down what was counted since the last time. What cannot be written is kept for the next.</summary>
    public async ValueTask FlushAsync(CancellationToken cancel)
    {
        var counted = _services.Select(static one => (new UsageCount(one.Key.Workspace, one.Key.Project, Service, one.Key.Service, Interlocked.Exchange(ref one.Value.Value, 0)), one.Value))
            .Concat(_features.Select(static one => (new UsageCount(one.Key.Workspace, one.Key.Project, Feature, $"{one.Key.View}:{one.Key.Feature}", Interlocked.Exchange(ref one.Value.Value, 0)), one.Value)))
            .Where(static one => one.Item1.Reads > 0)
            .ToList();
        if (counted.Count == 0)
            return;
        var written = new HashSet<WorkspaceId>();
        try
        {
            var day = Day(time.GetUtcNow());
            foreach (var workspace in counted.GroupBy(static one => one.Item1.Workspace))
            {
                List<UsageCount> rows = [.. workspace.Select(static one => one.Item1)];
                await db.WriteAsync<Done>(async session =>
                {
                    await UsageStore.AddAsync(session, workspace.Key, day, rows);
                    return Done.Ok;
                }, cancel);
                written.Add(workspace.Key);
            }
        }
        finally
        {
            foreach (var (count, counter) in counted.Where(one => !written.Contains(one.Item1.Workspace)))
                Interlocked.Add(ref counter.Value, count.Reads);
        }
    }

    /// <summary>Number of a day since 1970, UTC.</summary>
    public static long Day(DateTimeOffset at) => at.ToUnixTimeSeconds() / 86_400;

    private sealed class Counter
    {
        public long Value;
    }
}

/// <summary>What was counted of a service or feature.</summary>
internal sealed record UsageCount(WorkspaceId Workspace, string Project, string Kind, string Name, long Reads);
