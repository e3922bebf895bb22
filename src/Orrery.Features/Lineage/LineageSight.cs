using System.Globalization;
using Microsoft.AspNetCore.Http;
using Orrery.Tenancy;

namespace Orrery.Features;

/// <summary>What of lineage a caller may see by name; null sets stand for all objects of a kind, empty ones for none.</summary>
public sealed record LineageSight(IReadOnlySet<string>? Views, IReadOnlySet<string>? Experiments, IReadOnlySet<string>? Models)
{
    private static readonly HashSet<string> None = [];

    /// <summary>Whether features of all views may be seen, and with them training sets of any project.</summary>
    public bool AllViews => Views is null;

    /// <summary>Asks for each kind.</summary>
    public static async ValueTask<LineageSight> OfAsync(HttpContext context, FurtherRights rights, CancellationToken cancel)
    {
        return new(await SetAsync(Permissions.Read, Permissions.ViewKind), await SetAsync("tracking.read", "experiment"), await SetAsync(Permissions.Models, Permissions.ModelKind));

        async ValueTask<IReadOnlySet<string>?> SetAsync(string permission, string kind)
        {
            var (allowed, only) = await rights.OfAsync(context, permission, kind, cancel);
            return allowed ? only?.Ids : None;
        }
    }

    /// <summary>Whether a view may be seen; one that is gone only by those who may see all.</summary>
    public bool SeesView(string? id) => Views is null || (id is not null && Views.Contains(id));

    /// <summary>Whether the runs of an experiment may be seen.</summary>
    public bool SeesRuns(long experiment) => Experiments is null || Experiments.Contains(experiment.ToString(CultureInfo.InvariantCulture));

    /// <summary>Whether a model may be seen.</summary>
    public bool SeesModel(string id) => Models is null || Models.Contains(id);
}
