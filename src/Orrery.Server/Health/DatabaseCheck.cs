using Microsoft.Extensions.Diagnostics.HealthChecks;
using Orrery.Storage;

namespace Orrery.Server;

/// <summary>Not ready while the database does not answer.</summary>
internal sealed class DatabaseCheck(Db db) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        await db.CheckAsync(cancellationToken) is { } failure ? HealthCheckResult.Unhealthy(failure.Message) : HealthCheckResult.Healthy();
}
