using Orrery.Contracts;

namespace Orrery.Client;

/// <summary>Calls on personal data. Native: an MLflow server answers 404.</summary>
public sealed partial class PrivacyApi
{
    private const string Root = "privacy";

    private readonly Wire _wire;

    internal PrivacyApi(Wire wire) => _wire = wire;

    /// <summary>Looks through rows for personal data; 400 <c>governance.invalid_privacy_scan</c>, 403 <c>governance.privacy_restricted</c>, 404.</summary>
    public Task<PiiScan> ScanAsync(PiiScanSpec spec, CancellationToken cancel = default) =>
        _wire.NativeAsync<PiiScanSpec, PiiScan>(Root + "/scans", spec, Repeat.IfNotActed, cancel);

    /// <summary>A scan; 404 <c>governance.privacy_scan_not_found</c>.</summary>
    public Task<PiiScan> GetScanAsync(string id, CancellationToken cancel = default) => _wire.GetNativeAsync<PiiScan>($"{Root}/scans/{Uri.EscapeDataString(id)}", cancel);

    /// <summary>One page of scans, newest first, without what they found.</summary>
    public Task<PiiScanPage> ListScansAsync(int? limit, string? pageToken, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<PiiScanPage>(new Query(Root + "/scans").With("limit", limit).With("page_token", pageToken), cancel);
}
