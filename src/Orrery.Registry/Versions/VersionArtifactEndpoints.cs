using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orrery.Kernel;
using Orrery.Tenancy;
using Orrery.Tracking;

namespace Orrery.Registry;

/// <summary>MLflow's download of one file of a model version.</summary>
internal sealed class VersionArtifactEndpoints(ModelVersions versions, ArtifactContent content)
{
    public void Map(IEndpointRouteBuilder app) => app
        .MapMethods("/model-versions/get-artifact", ["GET", "HEAD"], GetAsync)
        .WithTags("MLflow")
        .RequirePermission(Permissions.Read, ModelRules.Kind);

    private async Task GetAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var found = await FindAsync(context, query["name"].FirstOrDefault(), query["version"].FirstOrDefault(), query["path"].FirstOrDefault());
        if (found.Failed(out var failure, out var path))
            await Refusals.WriteAsync(context, failure);
        else
            await content.SendAsync(context, path);
    }

    private async ValueTask<Result<ArtifactPath>> FindAsync(HttpContext context, string? name, string? version, string? path)
    {
        if (string.IsNullOrEmpty(name) || string.IsNullOrEmpty(version))
            return Failure.Invalid("registry.missing_field", "Request must specify name and version.");
        if (ArtifactPath.Parse(path).Failed(out var wrong, out var inModel))
            return wrong;
        if ((await versions.GetAsync(context.Actor(), name, version, context.RequestAborted)).Failed(out var unknown, out var found))
            return unknown;
        if (!ModelRules.Allows(context.Actor(), found.ModelId))
            return ModelVersions.NotFound(name, found.Version);
        return ArtifactUri.PathOf(found.StorageUri) is { } root ? ArtifactPath.Parse($"{root}/{inModel.Full}") : ArtifactUri.Elsewhere(found.StorageUri);
    }
}
