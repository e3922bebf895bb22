using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Orrery.Registry;
using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>The part of governance for scans of artifacts, and privacy of data.</summary>
internal static class SafetyPart
{
    public static IServiceCollection AddSafety(this IServiceCollection services) => services
        .AddSingleton<ScanSettings>()
        .AddSingleton<PackageScanner>()
        .AddSingleton<Scans>()
        .AddSingleton<IPackageVerdict, ScanVerdict>()
        .AddSingleton<IPromotionGate>(static p => new ScanGate(p.GetRequiredService<Packages>))
        .AddSingleton<IJobHandler, ScanJob>()
        .AddSingleton<IEventHandler, ScanEvents>()
        .AddPortableTables(SafetyTables.All);

    public static void MapSafety(this IEndpointRouteBuilder app) => ScanEndpoints.Map(app);
}
