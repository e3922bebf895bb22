using Microsoft.AspNetCore.Http;
using Orrery.Kernel;
using Orrery.Tenancy;

namespace Orrery.Features;

/// <summary>Which views and columns a caller may read.</summary>
internal sealed class HistoricalRights(FurtherRights further)
{
    /// <summary>Null when all of a selection may be read; else <c>features.view_not_found</c> or <c>features.restricted</c>.</summary>
    public async ValueTask<Failure?> CheckAsync(HttpContext context, Actor actor, FeatureSelection selection, CancellationToken cancel)
    {
        var views = new HashSet<(string Id, string Name)>();
        var restricted = new List<(string Id, string Name)>();
        foreach (var projection in selection.Projections)
        {
            if (projection.View is { } view)
            {
                views.Add((view.Id, view.Name));
                Restricted(restricted, view.Id, projection.Fields.Select(field => view.Fields[field]));
                continue;
            }

            var onDemand = projection.OnDemand!;
            views.Add((onDemand.Id, onDemand.Name));
            Restricted(restricted, onDemand.Id, projection.Fields.Select(field => onDemand.Fields[field]));
            foreach (var input in onDemand.Inputs)
                Restricted(restricted, input.View.Id, [input.View.Fields[input.Field]]);
        }

        if (actor.Limits is { } limits && views.FirstOrDefault(view => !limits.Ids.Contains(view.Id)) is { Name: { } hidden })
            return Failure.NotFound("features.view_not_found", $"Feature view {hidden} does not exist in project {selection.Project.Name}.");
        if (restricted.Count == 0)
            return null;
        var (allowed, only) = await further.OfAsync(context, Permissions.Restricted, Permissions.ViewKind, cancel);
        var refused = restricted.Where(one => !allowed || (only is not null && !only.Ids.Contains(one.Id))).Select(static one => one.Name).Distinct().ToList();
        return refused.Count == 0
            ? null
            : new Failure(FailureKind.Denied, "features.restricted", $"Restricted columns need the permission {Permissions.Restricted}: {string.Join(", ", refused)}.");
    }

    private static void Restricted(List<(string, string)> into, string view, IEnumerable<FeatureField> fields) =>
        into.AddRange(fields.Where(static field => field.IsRestricted || field.IsPii).Select(field => (view, field.Name)));
}
