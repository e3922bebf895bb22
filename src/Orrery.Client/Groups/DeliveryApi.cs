using Orrery.Contracts;

namespace Orrery.Client;

/// <summary>Calls on deliveries of model versions. Native: an MLflow server answers 404.</summary>
public sealed class DeliveryApi
{
    private const string Settings = "delivery-settings";
    private const string Root = "deliveries";

    private readonly Wire _wire;

    internal DeliveryApi(Wire wire) => _wire = wire;

    /// <summary>Has a version brought to an environment; the same that is under way is answered again. 400 <c>delivery.invalid_request</c>, <c>delivery.unknown_environment</c>, 404.</summary>
    public Task<ModelDelivery> StartAsync(StartDelivery delivery, CancellationToken cancel = default) =>
        _wire.KeyedAsync<StartDelivery, ModelDelivery>(Root, delivery, Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString("N"), cancel);

    /// <summary>A delivery and its stages; 404 <c>delivery.not_found</c>.</summary>
    public Task<ModelDelivery> GetAsync(string id, CancellationToken cancel = default) => _wire.GetNativeAsync<ModelDelivery>(Path(id), cancel);

    /// <summary>One page, newest first.</summary>
    public Task<ModelDeliveryPage> ListPageAsync(
        string? model = null, string? version = null, string? environment = null, string? name = null, string? state = null, int? limit = null, string? pageToken = null, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<ModelDeliveryPage>(
            new Query(Root).With("model", model).With("version", version).With("environment", environment).With("name", name).With("state", state).With("limit", limit).With("page_token", pageToken), cancel);

    /// <summary>One page of a delivery's log, oldest first.</summary>
    public Task<DeliveryLogPage> LogsPageAsync(string id, int? limit = null, string? pageToken = null, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<DeliveryLogPage>(new Query(Path(id) + "/logs").With("limit", limit).With("page_token", pageToken), cancel);

    /// <summary>Stops it; 409 <c>delivery.ended</c>.</summary>
    public Task<ModelDelivery> CancelAsync(string id, CancellationToken cancel = default) => _wire.NativeAsync<ModelDelivery>(HttpMethod.Post, Path(id) + "/cancel", Repeat.IfNotActed, cancel);

    /// <summary>Has one that failed go on; 409 <c>delivery.not_failed</c>.</summary>
    public Task<ModelDelivery> RetryAsync(string id, CancellationToken cancel = default) => _wire.NativeAsync<ModelDelivery>(HttpMethod.Post, Path(id) + "/retry", Repeat.IfNotActed, cancel);

    /// <summary>Takes one back; 409 <c>delivery.not_deployed</c>, <c>delivery.rolled_back</c>, <c>delivery.changed_since</c>.</summary>
    public Task<ModelDelivery> RollbackAsync(string id, RollbackDelivery rollback, CancellationToken cancel = default) =>
        _wire.NativeAsync<RollbackDelivery, ModelDelivery>(Path(id) + "/rollback", rollback, Repeat.IfNotActed, cancel);

    /// <summary>The four figures of delivery since a time; 400 <c>delivery.invalid_time</c>.</summary>
    public Task<DeliveryMetrics> MetricsAsync(string? model = null, string? environment = null, string? since = null, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<DeliveryMetrics>(new Query("delivery-metrics").With("model", model).With("environment", environment).With("since", since), cancel);

    /// <summary>What counts for deliveries to an environment; null for all.</summary>
    public Task<DeliverySettings> GetSettingsAsync(string? environment = null, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<DeliverySettings>(new Query(Settings).With("environment", environment), cancel);

    /// <summary>Sets what counts for deliveries to an environment, or (null) to all; what is null in it is as for all, or as the default. 400 <c>delivery.invalid_settings</c>.</summary>
    /// <returns>What counts now.</returns>
    public Task<DeliverySettings> SetSettingsAsync(string? environment, DeliverySettings settings, CancellationToken cancel = default) =>
        _wire.NativeAsync<DeliverySettings, DeliverySettings>(new Query(Settings).With("environment", environment), settings, Repeat.Always, cancel, HttpMethod.Put);

    /// <summary>Environments, and the newest deliveries to each.</summary>
    public Task<DeliveryStatus> StatusAsync(CancellationToken cancel = default) => _wire.GetNativeAsync<DeliveryStatus>("delivery-status", cancel);

    private static string Path(string id) => $"{Root}/{Uri.EscapeDataString(id)}";
}
