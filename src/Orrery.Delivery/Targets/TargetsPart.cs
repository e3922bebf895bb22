using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Orrery.Storage;

namespace Orrery.Delivery;

/// <summary>The part of delivery that knows where versions are brought to.</summary>
internal static class TargetsPart
{
    public static IServiceCollection AddTargets(this IServiceCollection services, string dataDir) => services
        .AddSingleton(static provider => provider.GetRequiredService<DeliveryOptions>().Targets)
        .AddSingleton<TargetSecrets>()
        .AddSingleton<TargetHttp>()
        .AddSingleton<GitProgram>()
        .AddSingleton<GitAddresses>()
        .AddSingleton(provider => ActivatorUtilities.CreateInstance<GitRepositories>(provider, Path.Combine(dataDir, "delivery", "git")))
        .AddSingleton<PullRequests>()
        .AddSingleton<ReleaseRecords>()
        .AddSingleton<ReleaseApproval>()
        .AddSingleton<GitRollback>()
        .AddSingleton<KubeClients>()
        .AddSingleton<KubeState>()
        .AddSingleton<EndpointTrial>()
        .AddSingleton<ITarget, GitTarget>()
        .AddSingleton<ITarget, KubeTarget>()
        .AddSingleton<Targets>()
        .AddSingleton<TargetLook>()
        .AddSingleton<TargetChecks>()
        .AddSingleton<TargetOnceFiles>()
        .AddSingleton<TargetMetrics>()
        .AddSingleton<Admissions>()
        .AddHostedService<TargetSync>()
        .AddPortableTables(TargetsTables.All);

    public static void MapTargets(this IEndpointRouteBuilder app)
    {
        TargetEndpoints.Map(app);
        AdmissionEndpoints.Map(app);
    }
}
