using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Orrery.Tenancy;

namespace Orrery.Features;

/// <summary>Definitions and the catalogue in the server.</summary>
internal static class DefinitionServices
{
    /// <summary>Adds what they need.</summary>
    public static IServiceCollection AddDefinitions(this IServiceCollection services) => services
        .AddSingleton<Projects>()
        .AddHostedService<ProjectWatch>()
        .AddSingleton<ProjectChanges>()
        .AddSingleton<ProjectHistory>()
        .AddSingleton(static p => new PersonalMarks(p.GetRequiredService<Projects>(), p.GetRequiredService<ProjectHistory>(), p.GetRequiredService<ProjectChanges>()))
        .AddSingleton(static p => new UsedMarks(p.GetRequiredService<Projects>()))
        .AddSingleton<Catalogue>()
        .AddSingleton<FeatureSearch>()
        .AddSingleton<FeatureUsage>()
        .AddSingleton<UsageReports>()
        .AddHostedService<UsageFlush>()
        .AddSingleton<IGrantableObjects, GrantableViews>();

    /// <summary>Maps their endpoints.</summary>
    public static void MapDefinitions(this IEndpointRouteBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        DefinitionEndpoints.Map(app);
        CatalogueEndpoints.Map(app);
        FeastImportEndpoints.Map(app);
        DefinitionSchema.Map(app);
    }
}
