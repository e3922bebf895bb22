using Microsoft.AspNetCore.Http;
using Orrery.Kernel;
using Orrery.Tenancy;

namespace Orrery.Features;

/// <summary>Which views and columns a caller may read. A feature of an on-demand view is read by those who may read all of its inputs.</summary>
internal sealed class HistoricalRights(FurtherRights further)
{
    /// <summary>Null when all of a selection may be read; else <c>features.view_not_found</c> or <c>features.restricted</c>.</summary>
    public async ValueTask<Failure?> CheckAsync(HttpContext context, Actor actor, FeatureSelection selection, CancellationToken cancel)
    {
        var views = selection.Projections.SelectMany(Views);
        if (actor.Limits is { } limits && views.FirstOrDefault(view => !limits.Ids.Contains(view.Id)) is { } hidden)
            return Failure.NotFound("features.view_not_found", $"Feature view {hidden.Name} does not exist in project {selection.Project.Name}.");
        var refused = await RefusedAsync(context, selection, cancel);
        return refused.Count == 0 ? null : Refuse(refused.Select(static one => one.Column).Distinct());
    }

    /// <summary>Null when what was joined some time ago may be read.</summary>
    /// <param name="context">The request.</param>
    /// <param name="actor">Who asks.</param>
    /// <param name="now">What the definitions of today select; null when they are gone.</param>
    /// <param name="wasRestricted">Whether restricted columns were in it; null when nobody knows.</param>
    /// <param name="hidden">What is said to those who may see some views only.</param>
    /// <param name="cancel">Stops waiting.</param>
    public async ValueTask<Failure?> CheckKeptAsync(
        HttpContext context, Actor actor, FeatureSelection? now, bool? wasRestricted, Failure hidden, CancellationToken cancel)
    {
        if (now is not null && await CheckAsync(context, actor, now, cancel) is { } refused)
            return refused.Kind is FailureKind.NotFound ? hidden : refused;
        if (now is null && actor.Limits is not null)
            return hidden;
        var unsure = now is null ? wasRestricted is not false : wasRestricted is true && !HasRestricted(now);
        return !unsure || await MayAllAsync(context, cancel) ? null : Refuse(["its features are gone or defined otherwise now"]);
    }

    /// <summary>Whether anything restricted is in a selection, or behind it.</summary>
    public static bool HasRestricted(FeatureSelection selection) => Restricted(selection).Any();

    /// <summary>Names of the answer's columns that are restricted, or computed of what is.</summary>
    public static IEnumerable<string> RestrictedColumns(FeatureSelection selection) => Columns(selection, Restricted(selection));

    /// <summary>Names of the answer's columns that the caller may not see.</summary>
    public async ValueTask<IReadOnlySet<string>> HiddenColumnsAsync(HttpContext context, FeatureSelection selection, CancellationToken cancel) =>
        Columns(selection, await RefusedAsync(context, selection, cancel)).ToHashSet(StringComparer.Ordinal);

    /// <summary>Whether the caller may read restricted columns of every view of the workspace.</summary>
    public async ValueTask<bool> MayAllAsync(HttpContext context, CancellationToken cancel) =>
        await further.OfAsync(context, Permissions.Restricted, Permissions.ViewKind, cancel) is (true, null);

    private async ValueTask<List<RestrictedField>> RefusedAsync(HttpContext context, FeatureSelection selection, CancellationToken cancel)
    {
        var restricted = Restricted(selection).ToList();
        if (restricted.Count == 0)
            return restricted;
        var (allowed, only) = await further.OfAsync(context, Permissions.Restricted, Permissions.ViewKind, cancel);
        return [.. restricted.Where(one => !allowed || (only is not null && !one.Views.All(only.Ids.Contains)))];
    }

    private static IEnumerable<FeatureView> Views(FeatureProjection projection) =>
        projection.View is { } view ? [view] : projection.OnDemand!.Inputs.Select(static input => input.View);

    private static IEnumerable<RestrictedField> Restricted(FeatureSelection selection)
    {
        for (var at = 0; at < selection.Projections.Count; at++)
        {
            var projection = selection.Projections[at];
            var views = Views(projection).Select(static view => view.Id).ToList();
            var fields = projection.View?.Fields ?? projection.OnDemand!.Fields;
            foreach (var field in projection.Fields.Where(field => IsRestricted(fields[field])))
                yield return new(at, field, fields[field].Name, views);
            foreach (var input in projection.OnDemand?.Inputs ?? [])
            {
                if (IsRestricted(input.View.Fields[input.Field]))
                    yield return new(at, null, input.View.Fields[input.Field].Name, [input.View.Id]);
            }
        }
    }

    private static IEnumerable<string> Columns(FeatureSelection selection, IEnumerable<RestrictedField> restricted)
    {
        var places = restricted.Select(static one => (one.Projection, one.Field)).ToHashSet();
        return selection.Features
            .Where(feature => places.Contains((feature.Projection, feature.Field)) || places.Contains((feature.Projection, null)))
            .Select(static feature => feature.Name);
    }

    private static bool IsRestricted(FeatureField field) => field.IsRestricted || field.IsPii;

    private static Failure Refuse(IEnumerable<string> what) =>
        new(FailureKind.Denied, "features.restricted", $"Restricted columns need the permission {Permissions.Restricted}: {string.Join(", ", what)}.");

    /// <summary>A restricted field of a projection; without a place when it is an input, which all of the projection's features may be made of.</summary>
    private sealed record RestrictedField(int Projection, int? Field, string Column, IReadOnlyList<string> Views);
}
