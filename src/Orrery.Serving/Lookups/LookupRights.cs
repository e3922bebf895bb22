using Microsoft.AspNetCore.Http;
using Orrery.Contracts;
using Orrery.Features;
using Orrery.Kernel;
using Orrery.Registry;
using Orrery.Storage;
using Orrery.Tenancy;

namespace Orrery.Serving;

/// <summary>
/// Whether somebody may deploy what looks features up. Whoever predicts needs no right to the features: the deployment reads them, and whoever brings a version into
/// it answers for that.
/// </summary>
internal sealed class LookupRights(Db db, Packages packages, LookupOpening opening, FurtherRights further)
{
    private const string ViewKind = "feature-view";

    /// <summary>
    /// Why a document is refused; null when it may be. <c>serving.features_denied</c>, and of variants that say themselves how features are looked up, the
    /// failures of <see cref="LookupOpening"/>. Variants that the deployment has already were looked at when they came.
    /// </summary>
    public async ValueTask<Failure?> ProblemAsync(HttpContext context, string environment, string name, DeploymentSpec spec, CancellationToken cancel)
    {
        var actor = context.Actor();
        var now = await db.ReadAsync(session => DeploymentStore.FindAsync(session, new DeploymentKey(actor.Workspace, environment, name)), cancel);
        var known = now is { IsRemoved: false } ? now.Spec.Variants : [];
        foreach (var variant in spec.Variants)
        {
            if (variant.Shadow || known.Any(one => !one.Shadow && one.Model == variant.Model && one.Version == variant.Version && Same(one.Features, variant.Features)))
                continue;
            if ((await packages.GetAsync(actor, variant.Model, variant.Version, cancel)).Failed(out var unknown, out var package))
                return unknown;
            if ((await opening.OpenAsync(actor, variant, package.Document, cancel)).Failed(out var none, out var opened))
            {
                if (variant.Features is null or { Lookup: false })
                    continue;
                return none with { Message = $"Features cannot be looked up for variant {variant.Name}: {none.Message}" };
            }

            if (await DeniedAsync(context, variant, opened.Lookup, cancel) is { } denied)
                return denied;
        }

        return null;
    }

    private async ValueTask<Failure?> DeniedAsync(HttpContext context, VariantSpec variant, FeatureLookup lookup, CancellationToken cancel)
    {
        var missing = !await MayAsync(context, Permissions.Features, lookup, cancel) ? $"the features of project {lookup.Project}, which needs the permission {Permissions.Features}"
            : lookup.Restricted.Count > 0 && !await MayAsync(context, Permissions.Restricted, lookup, cancel)
                ? $"{string.Join(", ", lookup.Restricted)}, restricted, which needs the permission {Permissions.Restricted}"
                : null;
        return missing is null
            ? null
            : new Failure(FailureKind.Denied, "serving.features_denied", $"Variant {variant.Name} would look up {missing}. To have callers give all features deploy it with 'features: {{lookup: false}}' (--no-feature-lookup).");
    }

    private async ValueTask<bool> MayAsync(HttpContext context, string permission, FeatureLookup lookup, CancellationToken cancel)
    {
        var (allowed, only) = await further.OfAsync(context, permission, ViewKind, cancel);
        return allowed && (only is null || lookup.Views.All(only.Ids.Contains));
    }

    private static bool Same(FeatureLookupSpec? left, FeatureLookupSpec? right) =>
        (left ?? new()) with { Columns = null } == (right ?? new()) with { Columns = null } && (left?.Columns ?? []).SequenceEqual(right?.Columns ?? []);
}
