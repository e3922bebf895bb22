using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Orrery.Server;

/// <summary>Not ready from the moment the server is asked to stop.</summary>
internal sealed class NotStopping(IHostApplicationLifetime lifetime) : IHealthCheck
{
    public const string Name = "running";

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(lifetime.ApplicationStopping.IsCancellationRequested
            ? HealthCheckResult.Unhealthy("The server is stopping.")
            : HealthCheckResult.Healthy());
}
