using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary>Tenancy: workspaces, and what an endpoint asks of its caller. Owns tables <c>ten_*</c>.</summary>
public static class TenancyModule
{
    /// <summary>Adds workspaces.</summary>
    public static IServiceCollection AddTenancy(this IServiceCollection services) => services
        .AddMigrations("ten", typeof(TenancyModule).Assembly)
        .AddSingleton<WorkspaceStore>()
        .AddSingleton(static provider => new Workspaces(provider.GetRequiredService<WorkspaceStore>()));

    /// <summary>Gives every request its workspace and actor. Comes before routing, since it takes the prefix off the path.</summary>
    public static IApplicationBuilder UseWorkspaces(this IApplicationBuilder app) => app.UseMiddleware<WorkspaceMiddleware>();

    /// <summary>Who acts in this request.</summary>
    /// <exception cref="InvalidOperationException">The request did not pass <see cref="UseWorkspaces"/>.</exception>
    public static Actor Actor(this HttpContext context) =>
        context.Features.Get<Actor>() ?? throw new InvalidOperationException("The request has no actor: UseWorkspaces is missing before this endpoint.");
}
