using Microsoft.Extensions.Diagnostics.HealthChecks;
using Orrery.Storage;

namespace Orrery.Server;

/// <summary>Not ready while the blob store cannot be used.</summary>
internal sealed class BlobsCheck(IBlobs blobs) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        await blobs.CheckAsync(cancellationToken) is { } failure ? HealthCheckResult.Unhealthy(failure.Message) : HealthCheckResult.Healthy();
}
