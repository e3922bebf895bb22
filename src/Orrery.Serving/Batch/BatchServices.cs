using Microsoft.Extensions.DependencyInjection;
using Orrery.Storage;
using Orrery.Tenancy;

namespace Orrery.Serving;

/// <summary>Batch predictions in the server.</summary>
internal static class BatchServices
{
    /// <summary>Adds what they need.</summary>
    public static IServiceCollection AddBatchPredictions(this IServiceCollection services, BatchOptions options, string dataDir) => services
        .AddSingleton(options)
        .AddSingleton(provider => new BatchScratch(Path.Combine(dataDir, "serving", "batch"), provider.GetRequiredService<TimeProvider>()))
        .AddSingleton<BatchModels>()
        .AddSingleton<BatchBlobs>()
        .AddSingleton<BatchPlanning>()
        .AddSingleton<BatchEnds>()
        .AddSingleton<BatchPartitions>()
        .AddSingleton<BatchPredictions>()
        .AddSingleton<IJobHandler, BatchPlanJob>()
        .AddSingleton<IJobHandler, BatchWorkJob>()
        .AddSingleton<IStoredBytes, BatchBytes>()
        .AddHostedService<BatchWatch>();
}
