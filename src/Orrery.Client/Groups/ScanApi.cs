using Orrery.Contracts;

namespace Orrery.Client;

/// <summary>Calls on scans of the files of versions. Native: an MLflow server answers 404.</summary>
public sealed class ScanApi
{
    private const string Root = "scans";

    private readonly Wire _wire;

    internal ScanApi(Wire wire) => _wire = wire;

    /// <summary>Scans a version's files, or gives the scan that there is; 404 <c>registry.version_not_found</c>, 409 <c>governance.no_files</c>.</summary>
    public Task<ScanReport> ScanAsync(string model, string version, CancellationToken cancel = default) =>
        _wire.NativeAsync<ScanRequest, ScanReport>(Root, new() { Model = model, Version = version }, Repeat.Always, cancel);

    /// <summary>A scan; 404 <c>governance.scan_not_found</c>.</summary>
    public Task<ScanReport> GetAsync(string id, CancellationToken cancel = default) => _wire.GetNativeAsync<ScanReport>(Path(id), cancel);

    /// <summary>One page of scans, newest first.</summary>
    public Task<ScanPage> ListPageAsync(string? model, string? version, int? limit, string? pageToken, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<ScanPage>(new Query(Root).With("model", model).With("version", version).With("limit", limit).With("page_token", pageToken), cancel);

    /// <summary>Accepts a finding, so that it refuses the version no longer; 404 <c>governance.finding_not_found</c>.</summary>
    public Task<ScanReport> AcceptAsync(string id, AcceptFinding accept, CancellationToken cancel = default) =>
        _wire.NativeAsync<AcceptFinding, ScanReport>(Path(id) + "/accept", accept, Repeat.Always, cancel);

    /// <summary>The packages that the model needs, as a CycloneDX document.</summary>
    public Task<string> SbomAsync(string id, CancellationToken cancel = default) => _wire.GetNativeTextAsync(Path(id) + "/sbom", "application/json", cancel);

    private static string Path(string id) => $"{Root}/{Uri.EscapeDataString(id)}";
}
