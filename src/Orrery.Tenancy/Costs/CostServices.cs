using Microsoft.Extensions.DependencyInjection;
using Orrery.Audit;
using Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary>Puts quotas, usage and costs together.</summary>
internal static class CostServices
{
    /// <summary>Adds quotas, the usage ledger and costs.</summary>
    public static IServiceCollection AddQuotasAndCosts(this IServiceCollection services) => services
        .AddSingleton(static provider => new UsageLedger(provider.GetRequiredService<TimeProvider>()))
        .AddSingleton<QuotaLimits>()
        .AddHostedService<QuotaWatch>()
        .AddSingleton<QuotaRefusals>()
        .AddHostedService(static provider => provider.GetRequiredService<QuotaRefusals>())
        .AddSingleton(static provider => new StorageQuota(
            provider.GetRequiredService<QuotaLimits>(),
            provider.GetRequiredService<Db>(),
            provider.GetServices<IStoredBytes>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<QuotaRefusals>()))
        .AddSingleton(static provider => new Quotas(
            provider.GetRequiredService<Db>(),
            provider.GetRequiredService<QuotaLimits>(),
            provider.GetRequiredService<StorageQuota>(),
            provider.GetRequiredService<AccessEpoch>(),
            provider.GetRequiredService<AuditLog>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<QuotaRefusals>()))
        .AddSingleton(static provider => new RequestQuota(provider.GetRequiredService<QuotaLimits>()))
        .AddSingleton<RequestMeter>()
        .AddHostedService(static provider => provider.GetRequiredService<RequestMeter>())
        .AddSingleton<Prices>()
        .AddSingleton<Statements>()
        .AddSingleton<CostTrends>()
        .AddSingleton<Budgets>()
        .AddHostedService<BudgetWatch>()
        .AddHostedService<StorageSampling>()
        .AddSingleton<CostComparisons>();
}
