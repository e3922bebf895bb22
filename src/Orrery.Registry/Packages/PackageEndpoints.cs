using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orrery.Tenancy;

namespace Orrery.Registry;

/// <summary>What is in a version's package.</summary>
internal sealed class PackageEndpoints(Packages packages)
{
    private const string Path = "/api/v1/models/{name}/versions/{version}/package";

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet(Path, GetAsync).WithName("GetModelPackage").WithSummary("What is known of a version's package: its MLmodel, files and hashes.").WithTags("Registry").RequirePermission(Permissions.Read);
        app.MapPost(Path + "/read", ReadAgainAsync).WithName("ReadModelPackage").WithSummary("Reads a version's package again, as a job.").WithTags("Registry").RequirePermission(Permissions.Write);
    }

    private async Task GetAsync(HttpContext context)
    {
        var (name, version) = Key(context);
        if ((await packages.GetAsync(context.Actor(), name, version, context.RequestAborted)).Failed(out var failure, out var package))
            await Refusals.WriteAsync(context, failure);
        else
            await context.Response.WriteAsJsonAsync(package, PackageJson.Default.ModelPackage, cancellationToken: context.RequestAborted);
    }

    private async Task ReadAgainAsync(HttpContext context)
    {
        var (name, version) = Key(context);
        if ((await packages.ReadAgainAsync(context.Actor(), name, version, context.RequestAborted)).Failed(out var failure, out var job))
        {
            await Refusals.WriteAsync(context, failure);
            return;
        }

        context.Response.StatusCode = StatusCodes.Status202Accepted;
        context.Response.Headers.Location = $"{context.Request.PathBase}/api/v1/jobs/{job}";
    }

    // Routing leaves an encoded slash encoded; a model's name may have one.
    private static (string Name, string Version) Key(HttpContext context) => (
        ((string)context.Request.RouteValues["name"]!).Replace("%2F", "/", StringComparison.OrdinalIgnoreCase),
        (string)context.Request.RouteValues["version"]!);
}
