using Microsoft.AspNetCore.Http;
using Orrery.Tenancy;

namespace Orrery.Features;

/// <summary>Which models a caller may be told of.</summary>
internal static class ModelSight
{
    /// <summary>True for a use that the caller may see.</summary>
    public static async ValueTask<Func<FeatureUse, bool>> OfAsync(HttpContext context, FurtherRights rights, CancellationToken cancel)
    {
        var (allowed, only) = await rights.OfAsync(context, Permissions.Models, Permissions.ModelKind, cancel);
        return use => allowed && (only is null || (use.ObjectId is { } id && only.Ids.Contains(id)));
    }
}
