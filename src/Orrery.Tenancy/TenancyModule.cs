using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orrery.Audit;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary>Tenancy: workspaces, and what an endpoint asks of its caller. Owns tables <c>ten_*</c>.</summary>
public static class TenancyModule
{
    /// <summary>Adds workspaces and identity.</summary>
    public static IServiceCollection AddTenancy(this IServiceCollection services, IdentityOptions? identity = null) => services
        .ConfigureHttpJsonOptions(static options =>
        {
            // The native API's bodies are records of the contracts, and a null where none may be is the caller's fault.
            OrreryJson.Apply(options.SerializerOptions);
            options.SerializerOptions.RespectNullableAnnotations = true;
            BodyText.Check(options.SerializerOptions);
        })
        .AddMigrations("ten", typeof(TenancyModule).Assembly)
        .AddSingleton<AccessEpoch>()
        .AddHostedService<AccessEpochWatch>()
        .AddIdentity(identity ?? new())
        .AddQuotasAndCosts()
        .AddSingleton<AccessControl>()
        .AddSingleton(static p => new FurtherRights(p.GetRequiredService<AccessControl>(), p.GetRequiredService<Workspaces>()))
        .AddSingleton<Grants>()
        .AddSingleton(static p => new AccessReviews(p.GetRequiredService<Db>(), p.GetRequiredService<IdentityOptions>(), p.GetRequiredService<TimeProvider>()))
        .AddSingleton<NamelessLimiter>()
        .AddSingleton<RefusalTrail>()
        .AddSingleton<IHostedService>(static provider => provider.GetRequiredService<RefusalTrail>())
        .AddMoves()
        .AddSingleton(static provider => new Workspaces(
            provider.GetRequiredService<Db>(),
            provider.GetServices<IWorkspaceSetup>(),
            provider.GetRequiredService<AccessEpoch>(),
            provider.GetRequiredService<AuditLog>(),
            provider.GetRequiredService<TimeProvider>()));

    /// <summary>Reads the workspace that a request names. Comes before routing, since it takes the prefix off the path.</summary>
    public static IApplicationBuilder UseWorkspaces(this IApplicationBuilder app) => app.UseMiddleware<WorkspaceMiddleware>();

    /// <summary>Lets through who may use the endpoint that routing found, and gives the request its actor. Comes after routing.</summary>
    public static IApplicationBuilder UseAccess(this IApplicationBuilder app) => app.UseMiddleware<AccessMiddleware>();

    /// <summary>Maps workspaces, grants and roles, and the native endpoints that belong to no other module: jobs, the audit trail, identity, quotas, costs.</summary>
    public static void MapTenancy(this IEndpointRouteBuilder app)
    {
        JobEndpoints.Map(app);
        WorkspaceEndpoints.Map(app);
        GrantEndpoints.Map(app);
        AuditEndpoints.Map(app);
        app.MapIdentity();
        QuotaEndpoints.Map(app);
        CostEndpoints.Map(app);
        MoveEndpoints.Map(app);
    }

    private static IServiceCollection AddMoves(this IServiceCollection services) => services
        .AddPortableTables(TenancyTables.All)
        .AddSingleton<ArchiveWalk>()
        .AddSingleton<WorkspaceExport>()
        .AddSingleton<WorkspaceImports>()
        .AddSingleton<ImportTraces>()
        .AddSingleton<ImportedGrants>()
        .AddSingleton<IJobHandler, WorkspaceImport>()
        .AddHostedService<ImportSweep>();

    /// <summary>Who acts in this request.</summary>
    /// <exception cref="InvalidOperationException">The request did not pass <see cref="UseWorkspaces"/>.</exception>
    public static Actor Actor(this HttpContext context) =>
        context.Features.Get<Actor>() ?? throw new InvalidOperationException("The request has no actor: UseAccess is missing before this endpoint, or it is open to all.");

    /// <summary>Who sent this request, and how they proved it.</summary>
    /// <exception cref="InvalidOperationException">The request did not pass <see cref="UseAccess"/>.</exception>
    public static Caller Caller(this HttpContext context) =>
        context.Features.Get<Caller>() ?? throw new InvalidOperationException("The request has no caller: UseAccess is missing before this endpoint, or it is open to all.");
}
