using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>The part of governance that shows evidence for controls, and keeps the registers.</summary>
internal static class CompliancePart
{
    public static IServiceCollection AddCompliance(this IServiceCollection services) => services
        .AddSingleton<Incidents>()
        .AddSingleton<PolicyExceptions>()
        .AddSingleton<SubjectRequests>()
        .AddSingleton<IEvidenceSource, RiskEvidenceSource>()
        .AddSingleton<IEvidenceSource, PolicyEvidenceSource>()
        .AddSingleton<IEvidenceSource, ApprovalEvidenceSource>()
        .AddSingleton<EvidenceReading>()
        .AddSingleton<ReportBlobs>()
        .AddSingleton<ComplianceReports>()
        .AddSingleton<IJobHandler, ReportJob>()
        .AddPortableTables(ComplianceTables.All);

    public static void MapCompliance(this IEndpointRouteBuilder app)
    {
        IncidentEndpoints.Map(app);
        ExceptionEndpoints.Map(app);
        SubjectRequestEndpoints.Map(app);
        ReportEndpoints.Map(app);
    }
}
