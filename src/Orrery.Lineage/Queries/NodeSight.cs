using Microsoft.AspNetCore.Http;
using Orrery.Tenancy;

namespace Orrery.Lineage;

/// <summary>What of the graph a caller may see by name: by kind of guard the ids; null for all of a kind, empty for none.</summary>
internal sealed record NodeSight(IReadOnlyDictionary<string, IReadOnlySet<string>?> Kinds)
{
    private static readonly HashSet<string> None = [];

    /// <summary>Everything.</summary>
    public static readonly NodeSight All = new(new Dictionary<string, IReadOnlySet<string>?>
    {
        [NodeGuard.FeatureView] = null,
        [NodeGuard.Experiment] = null,
        [NodeGuard.Model] = null,
        [NodeGuard.Serving] = null,
        [NodeGuard.Evidence] = null,
    });

    /// <summary>Asks for each kind.</summary>
    public static async ValueTask<NodeSight> OfAsync(HttpContext context, FurtherRights rights, CancellationToken cancel)
    {
        return new(new Dictionary<string, IReadOnlySet<string>?>
        {
            [NodeGuard.FeatureView] = await SetAsync("features.read", NodeGuard.FeatureView),
            [NodeGuard.Experiment] = await SetAsync("tracking.read", NodeGuard.Experiment),
            [NodeGuard.Model] = await SetAsync("registry.read", NodeGuard.Model),
            [NodeGuard.Serving] = await SetAsync("serving.read", "deployment"),
            [NodeGuard.Evidence] = await SetAsync("governance.read", "model"),
        });

        async ValueTask<IReadOnlySet<string>?> SetAsync(string permission, string kind)
        {
            var (allowed, only) = await rights.OfAsync(context, permission, kind, cancel);
            return allowed ? only?.Ids : None;
        }
    }

    /// <summary>Whether a node may be seen by name.</summary>
    public bool Sees(GraphNode node) =>
        node.Guard is not { } guard || Kinds[guard.Kind] is not { } ids || (ids.Count > 0 && guard.Ids.Count > 0 && guard.Ids.All(ids.Contains));
}
