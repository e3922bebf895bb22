using Orrery.Contracts;

namespace Orrery.Client;

/// <summary>Calls on the workspace's quotas. Native: an MLflow server answers 404.</summary>
public sealed class QuotaApi
{
    private readonly Wire _wire;

    internal QuotaApi(Wire wire) => _wire = wire;

    /// <summary>Each kind with its limits, what is used and what remains.</summary>
    public async Task<IReadOnlyList<QuotaStatus>> ListAsync(CancellationToken cancel = default) =>
        (await _wire.GetNativeAsync<QuotaList>("quotas", cancel)).Quotas;

    /// <summary>Sets the limits of one kind; without any it is unlimited. 404 <c>tenancy.unknown_quota</c>, 400 <c>tenancy.invalid_quota</c>.</summary>
    public Task<QuotaStatus> SetAsync(string kind, SetQuota limits, CancellationToken cancel = default) =>
        _wire.NativeAsync<SetQuota, QuotaStatus>("quotas/" + Uri.EscapeDataString(kind), limits, Repeat.Always, cancel, HttpMethod.Put);
}
