using Orrery.Contracts;

namespace Orrery.Client;

/// <summary>Calls on the server itself. Native: an MLflow server answers 404.</summary>
public sealed class ServerApi
{
    private readonly Wire _wire;

    internal ServerApi(Wire wire) => _wire = wire;

    /// <summary>Which server this is.</summary>
    public Task<ServerRelease> GetReleaseAsync(CancellationToken cancel = default) => _wire.GetNativeAsync<ServerRelease>("version", cancel);

    /// <summary>Whether it may be asked, and what it looked at. A server that is not ready answers 503, which is an exception here.</summary>
    public Task<ServerReadiness> GetReadinessAsync(CancellationToken cancel = default) => _wire.GetAsync<ServerReadiness>("health/ready", cancel);

    /// <summary>Its metrics in the text format of Prometheus.</summary>
    public Task<string> GetMetricsAsync(CancellationToken cancel = default) => _wire.GetTextAsync("metrics", cancel);
}
