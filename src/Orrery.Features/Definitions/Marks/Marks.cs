using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Features;

/// <summary>Holds every change of definitions against <see cref="MarkRules"/>, over all projects of the workspace.</summary>
internal sealed class Marks(Db db, Projects projects)
{
    private const int PageSize = 500;

    /// <summary>Null when who asks may make the change; else <c>features.restricted_unmarked</c>, with a fault for each column.</summary>
    public async ValueTask<Failure?> CheckAsync(Actor actor, FeatureProject before, FeatureProject after, RestrictedRight right, CancellationToken cancel)
    {
        if (right == RestrictedRight.All)
            return null;
        var taken = MarkRules.Dropped(before, after).ToList();
        var readings = MarkRules.NewReadings(before, after);
        if (readings.Count > 0)
        {
            // What the change itself marks counts, too: it is the same column.
            taken.AddRange(MarkRules.Shown(readings, before).Concat(MarkRules.Shown(readings, after)));
            foreach (var name in await OthersAsync(actor, before.Name, cancel))
            {
                if ((await projects.FindAsync(actor, name, cancel)).Failed(out var failure, out var other))
                {
                    if (failure.Code == "features.project_not_found")
                        continue;
                    return failure;
                }

                taken.AddRange(MarkRules.Shown(readings, other));
            }
        }

        return Refusal([.. taken.Where(one => !one.Views.All(right.Covers)).DistinctBy(static one => (one.View, one.Column))]);
    }

    /// <summary>Null when a project may be deleted: what it marks is protected no more then.</summary>
    public static Failure? CheckRemoval(FeatureProject project, RestrictedRight right) => Refusal(
    [
        .. project.ViewVersions.Values.Where(view => !right.Covers(view.Id))
            .SelectMany(static view => view.Fields.Where(static field => field.IsRestricted).Select(field => (view.Name, Field: field.Name, view.Id)))
            .Distinct().OrderBy(static one => one.Name, StringComparer.Ordinal)
            .Select(static one => new MarkTaken(one.Name, one.Field, "it is marked, and the mark goes with the project", [one.Id])),
    ]);

    private async ValueTask<List<string>> OthersAsync(Actor actor, string project, CancellationToken cancel)
    {
        var names = new List<string>();
        for (var after = ""; ;)
        {
            var page = await db.ReadAsync(session => CatalogueStore.ListProjectsAsync(session, actor.Workspace, after, PageSize), cancel);
            names.AddRange(page.Select(static row => row.Name).Where(name => name != project));
            if (page.Count < PageSize)
                return names;
            after = page[^1].Name;
        }
    }

    private static Failure? Refusal(IReadOnlyList<MarkTaken> taken) => taken.Count == 0
        ? null
        : new Failure(
            FailureKind.Denied,
            "features.restricted_unmarked",
            $"Feature view {taken[0].View} would show {taken[0].Column} to all who may read it: {taken[0].Why}"
                + (taken.Count > 1 ? $"; and {taken.Count - 1} more" : "") + $". Mark it restricted; otherwise the permission {Permissions.Restricted} is needed.")
        {
            Faults = [.. taken.Take(200).Select(static one => new FieldFault($"{one.View}:{one.Column}", one.Why))],
        };
}
