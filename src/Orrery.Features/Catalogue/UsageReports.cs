using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Features;

/// <summary>How much features are used: by services, and by who reads them.</summary>
internal sealed class UsageReports(Db db, Projects projects, TimeProvider time)
{
    private const int DefaultDays = 30;
    private const int MostDays = 3_650;

    /// <summary>Reads and the share of features that several services use; <c>features.project_not_found</c>, <c>features.invalid_days</c>.</summary>
    public async ValueTask<Result<FeatureUsageReport>> ReportAsync(Actor actor, string project, int? days, CancellationToken cancel)
    {
        if ((await LoadAsync(actor, project, days, cancel)).Failed(out var failure, out var loaded))
            return failure;
        var services = ServicesOf(loaded.Project);
        var seen = Features(actor, loaded.Project).ToHashSet();
        var used = services.Where(one => seen.Contains(one.Key)).ToList();
        var reused = used.Count(static one => one.Value.Count >= 2);
        var view = new CatalogueView(actor, loaded.Project);
        var visible = loaded.Project.Services.Values.Where(view.Sees).Select(static service => service.Name).ToHashSet();
        return new FeatureUsageReport
        {
            Project = project,
            Days = days ?? DefaultDays,
            Features = seen.Count,
            Used = used.Count,
            Reused = reused,
            ReuseRate = used.Count == 0 ? null : (double)reused / used.Count,
            Reads = [.. loaded.Reads.Where(read => read.Kind == FeatureUsage.Service ? visible.Contains(read.Name) : seen.Contains(read.Name))],
        };
    }

    /// <summary>Features that no service uses and nobody read for some days; likewise.</summary>
    public async ValueTask<Result<UnusedFeatureList>> UnusedAsync(Actor actor, string project, int? days, CancellationToken cancel)
    {
        if ((await LoadAsync(actor, project, days, cancel)).Failed(out var failure, out var loaded))
            return failure;
        var used = ServicesOf(loaded.Project).Keys.Concat(loaded.Reads.Where(static read => read.Kind == FeatureUsage.Feature).Select(static read => read.Name)).ToHashSet();
        foreach (var view in loaded.Project.OnDemandViews.Values.Where(view => view.Fields.Any(field => used.Contains($"{view.Name}:{field.Name}"))))
            used.UnionWith(view.Inputs.Select(static input => $"{input.View.Name}:{input.Name}"));
        return new UnusedFeatureList
        {
            Project = project,
            Days = days ?? DefaultDays,
            Features = [.. Features(actor, loaded.Project).Where(feature => !used.Contains(feature)).Order(StringComparer.Ordinal)],
        };
    }

    private async ValueTask<Result<(FeatureProject Project, List<FeatureReads> Reads)>> LoadAsync(Actor actor, string project, int? days, CancellationToken cancel)
    {
        if (days is < 1 or > MostDays)
            return Failure.Invalid("features.invalid_days", $"The number of days is {days}; it must be 1 to {MostDays}.");
        if ((await projects.FindAsync(actor, project, cancel)).Failed(out var failure, out var found))
            return failure;
        var first = FeatureUsage.Day(time.GetUtcNow()) - (days ?? DefaultDays) + 1;
        return (found, await db.ReadAsync(session => UsageStore.SumAsync(session, actor.Workspace, project, first), cancel));
    }

    private static IEnumerable<string> Features(Actor actor, FeatureProject project) =>
        new CatalogueView(actor, project).Views().SelectMany(static view => view.Features.Select(feature => $"{view.Name}:{feature.Name}"));

    /// <summary>Services of each feature that one uses, be it through an on-demand view.</summary>
    private static Dictionary<string, HashSet<string>> ServicesOf(FeatureProject project)
    {
        var services = new Dictionary<string, HashSet<string>>();
        foreach (var service in project.Services.Values)
        {
            foreach (var name in service.Projections.SelectMany(Names))
            {
                if (!services.TryGetValue(name, out var users))
                    services[name] = users = [];
                users.Add(service.Name);
            }
        }

        return services;
    }

    private static IEnumerable<string> Names(FeatureProjection projection) => projection.View is { } view
        ? projection.Fields.Select(field => $"{view.Name}:{view.Fields[field].Name}")
        : projection.Fields.Select(field => $"{projection.OnDemand!.Name}:{projection.OnDemand.Fields[field].Name}")
            .Concat(projection.OnDemand!.Inputs.Select(static input => $"{input.View.Name}:{input.Name}"));
}
