using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Orrery.Features;
using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>The part of governance for personal data.</summary>
internal static class PrivacyPart
{
    public static IServiceCollection AddPrivacy(this IServiceCollection services, string dataDir) => services
        .AddSingleton(provider => new PrivacyInput(provider.GetRequiredService<BulkInputs>(), Path.Combine(dataDir, "governance", "privacy")))
        .AddSingleton<PiiScanRun>()
        .AddSingleton<PiiScans>()
        .AddSingleton<IJobHandler, PiiScanJob>()
        .AddSingleton<SubjectKeys>()
        .AddSingleton<OptOutMemory>()
        .AddSingleton<ISubjectConsent>(static provider => provider.GetRequiredService<OptOutMemory>())
        .AddHostedService<OptOutWatch>()
        .AddHostedService(provider => ActivatorUtilities.CreateInstance<PrivacyUpkeep>(provider, Path.Combine(dataDir, "governance", "privacy")))
        .AddSingleton<OptOuts>()
        .AddSingleton<MaskRun>()
        .AddSingleton<SynthesisRun>()
        .AddSingleton<SubjectErasures>()
        .AddSingleton<ErasureSteps>()
        .AddSingleton<IJobHandler, ErasureJob>()
        .AddPortableTables(PrivacyTables.All);

    public static void MapPrivacy(this IEndpointRouteBuilder app)
    {
        PrivacyEndpoints.Map(app);
        OptOutEndpoints.Map(app);
        ErasureEndpoints.Map(app);
        DataEndpoints.Map(app);
    }
}
