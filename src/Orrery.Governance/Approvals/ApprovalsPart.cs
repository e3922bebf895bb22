using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Orrery.Registry;
using Orrery.Serving;
using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>The part of governance that has versions approved by those who must.</summary>
internal static class ApprovalsPart
{
    public static IServiceCollection AddApprovals(this IServiceCollection services) => services
        .AddSingleton(DecisionSources.Create)
        .AddSingleton<Workflows>()
        .AddSingleton<ApprovalGrounds>()
        .AddSingleton<ApprovalTokens>()
        .AddSingleton<ApprovalTrail>()
        .AddSingleton<ApprovalEnding>()
        .AddSingleton<ApprovalEnds>()
        .AddSingleton(static provider => new ApprovalRecords(
            provider.GetRequiredService<Db>(), provider.GetRequiredService<ApprovalEnds>(), provider.GetRequiredService<ApprovalChanges>, provider.GetRequiredService<TimeProvider>()))
        .AddSingleton<IApprovalRecords>(static provider => provider.GetRequiredService<ApprovalRecords>())
        .AddSingleton<IDeliveryHistory, ApprovalHistory>()
        .AddSingleton<IPromotionGate>(static provider => new ApprovalGate(
            provider.GetRequiredService<ApprovalRecords>, provider.GetRequiredService<ServingOptions>(), provider.GetRequiredService<TimeProvider>()))
        .AddSingleton<ApprovalRequests>()
        .AddSingleton<ApprovalDecisions>()
        .AddSingleton<ApprovalChanges>()
        .AddSingleton<IEventHandler, ApprovalChangeEvents>()
        .AddSingleton<IEventHandler, WaiverRegistration>()
        .AddSingleton<ApprovalMetrics>()
        .AddSingleton<ApprovalClock>()
        .AddSingleton<ApprovalInheritance>()
        .AddSingleton<Delegations>()
        .AddSingleton<Reviews>()
        .AddSingleton<Boards>()
        .AddSingleton(static provider => new Approvals(
            provider.GetRequiredService<Db>(), provider.GetRequiredService<ApprovalRequests>(), provider.GetRequiredService<ApprovalDecisions>(),
            provider.GetRequiredService<ApprovalRecords>(), provider.GetRequiredService<ServingOptions>(), provider.GetRequiredService<TimeProvider>()))
        .AddHostedService<ApprovalEndWatch>()
        .AddHostedService<ApprovalUpkeep>()
        .AddPortableTables(ApprovalTables.All);

    public static void MapApprovals(this IEndpointRouteBuilder app)
    {
        ApprovalEndpoints.Map(app);
        WorkflowEndpoints.Map(app);
        ReviewEndpoints.Map(app);
        DelegationEndpoints.Map(app);
    }
}
