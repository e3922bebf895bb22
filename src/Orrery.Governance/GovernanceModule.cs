using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Orrery.Lineage;
using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>Governance: the evidence about model versions, and what is decided on it. Owns tables <c>gov_*</c>.</summary>
public static class GovernanceModule
{
    /// <summary>Adds Governance.</summary>
    /// <param name="services">Of the server.</param>
    /// <param name="options">Its settings.</param>
    /// <param name="dataDir">The server's data folder; scratch files are kept in <c>governance/</c> there.</param>
    public static IServiceCollection AddGovernance(this IServiceCollection services, GovernanceOptions options, string dataDir) => services
        .AddSingleton(options)
        .AddMigrations("gov", typeof(GovernanceModule).Assembly)
        .AddSingleton<ReportEdges>()
        .AddSingleton<ILineageBackfill, ReportBackfill>()
        .AddEvaluations(dataDir)
        .AddExplanations()
        .AddSafety()
        .AddPrivacy(dataDir)
        .AddCards()
        .AddRisk()
        .AddPolicies()
        .AddApprovals()
        .AddCompliance();

    /// <summary>Maps governance's endpoints.</summary>
    public static void MapGovernance(this IEndpointRouteBuilder app)
    {
        app.MapEvaluations();
        app.MapExplanations();
        app.MapSafety();
        app.MapPrivacy();
        app.MapCards();
        app.MapRisk();
        app.MapPolicies();
        app.MapApprovals();
        app.MapCompliance();
    }
}
