using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary>Tenancy: workspaces, and what an endpoint asks of its caller. Owns tables <c>ten_*</c>.</summary>
public static class TenancyModule
{
    /// <summary>Adds workspaces.</summary>
    public static IServiceCollection AddTenancy(this IServiceCollection services) => services
        .ConfigureHttpJsonOptions(static options =>
        {
            // The native API's bodies are records of the contracts, and a null where none may be is the caller's fault.
            OrreryJson.Apply(options.SerializerOptions);
            options.SerializerOptions.RespectNullableAnnotations = true;
        })
        .AddMigrations("ten", typeof(TenancyModule).Assembly)
        .AddSingleton<AccessEpoch>()
        .AddHostedService<AccessEpochWatch>()
        .AddSingleton(static _ => new Authentication())
        .AddQuotasAndCosts()
        .AddSingleton<WorkspaceStore>()
        .AddSingleton(static provider => new Workspaces(provider.GetRequiredService<WorkspaceStore>()));

    /// <summary>Gives every request its workspace and actor. Comes before routing, since it takes the prefix off the path.</summary>
    public static IApplicationBuilder UseWorkspaces(this IApplicationBuilder app) => app.UseMiddleware<WorkspaceMiddleware>();

    /// <summary>Maps the native endpoints that belong to no other module: jobs, quotas and costs.</summary>
    public static void MapTenancy(this IEndpointRouteBuilder app)
    {
        JobEndpoints.Map(app);
        QuotaEndpoints.Map(app);
        CostEndpoints.Map(app);
    }

    /// <summary>Who acts in this request.</summary>
    /// <exception cref="InvalidOperationException">The request did not pass <see cref="UseWorkspaces"/>.</exception>
    public static Actor Actor(this HttpContext context) =>
        context.Features.Get<Actor>() ?? throw new InvalidOperationException("The request has no actor: UseWorkspaces is missing before this endpoint.");
}
