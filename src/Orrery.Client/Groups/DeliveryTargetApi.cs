using Orrery.Contracts;

namespace Orrery.Client;

/// <summary>Calls on where versions are brought to. Native: an MLflow server answers 404.</summary>
public sealed class DeliveryTargetApi
{
    private const string Root = "delivery-targets";

    private readonly Wire _wire;

    internal DeliveryTargetApi(Wire wire) => _wire = wire;

    /// <summary>The targets of all environments.</summary>
    public Task<DeliveryTargetList> ListAsync(CancellationToken cancel = default) => _wire.GetNativeAsync<DeliveryTargetList>(Root, cancel);

    /// <summary>An environment's target; 404 <c>delivery.unknown_environment</c>.</summary>
    public Task<DeliveryTarget> GetAsync(string environment, CancellationToken cancel = default) => _wire.GetNativeAsync<DeliveryTarget>(Path(environment), cancel);

    /// <summary>Sets an environment's target; 400 <c>delivery.invalid_target</c>.</summary>
    public Task<DeliveryTarget> PutAsync(string environment, PutDeliveryTarget target, CancellationToken cancel = default) =>
        _wire.NativeAsync<PutDeliveryTarget, DeliveryTarget>(Path(environment), target, Repeat.Always, cancel, HttpMethod.Put);

    /// <summary>Has an environment be the server's own again; 404 <c>delivery.target_not_found</c>.</summary>
    public Task DeleteAsync(string environment, CancellationToken cancel = default) => _wire.DeleteNativeAsync(Path(environment), cancel);

    /// <summary>Tries a target.</summary>
    public Task<TargetCheck> CheckAsync(string environment, CancellationToken cancel = default) =>
        _wire.NativeAsync<TargetCheck>(HttpMethod.Post, Path(environment) + "/check", Repeat.Always, cancel);

    /// <summary>What was seen last of a target's repository and cluster.</summary>
    public Task<TargetDrift> DriftAsync(string environment, CancellationToken cancel = default) => _wire.GetNativeAsync<TargetDrift>(Path(environment) + "/drift", cancel);

    /// <summary>Has the server look at them now.</summary>
    public Task<TargetDrift> LookAsync(string environment, CancellationToken cancel = default) =>
        _wire.NativeAsync<TargetDrift>(HttpMethod.Post, Path(environment) + "/drift", Repeat.Always, cancel);

    /// <summary>Files that a repository and a cluster need once; 409 <c>delivery.no_files</c>.</summary>
    public Task<TargetFiles> FilesAsync(string environment, CancellationToken cancel = default) => _wire.GetNativeAsync<TargetFiles>(Path(environment) + "/files", cancel);

    private static string Path(string environment) => $"{Root}/{Uri.EscapeDataString(environment)}";
}
