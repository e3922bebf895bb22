using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Orrery.Audit;
using Orrery.Registry;
using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>The part of governance for model cards.</summary>
internal static class CardsPart
{
    public static IServiceCollection AddCards(this IServiceCollection services) => services
        .AddPortableTables(CardTables.All)
        .AddSingleton<ICardSource, VersionFacts>()
        .AddSingleton<ICardSource, RunFacts>()
        .AddSingleton<ICardSource, FeatureFacts>()
        .AddSingleton<ICardSource, EvaluationFacts>()
        .AddSingleton<ICardSource, ExplanationFacts>()
        .AddSingleton<ICardSource, ServingFacts>()
        .AddSingleton<ICardSource, ScanFacts>()
        .AddSingleton(static p => new ModelCards(
            p.GetRequiredService<Db>(),
            p.GetRequiredService<RegisteredModels>(),
            p.GetRequiredService<ModelVersions>(),
            p.GetRequiredService<Packages>(),
            p.GetServices<ICardSource>(),
            p.GetRequiredService<AuditLog>(),
            p.GetRequiredService<TimeProvider>()))
        .AddSingleton<CardEndpoints>();

    public static void MapCards(this IEndpointRouteBuilder app) => app.ServiceProvider.GetRequiredService<CardEndpoints>().Map(app);
}
