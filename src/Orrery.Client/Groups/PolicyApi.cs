using Orrery.Contracts;

namespace Orrery.Client;

/// <summary>Calls on policies. Native: an MLflow server answers 404.</summary>
public sealed class PolicyApi
{
    private readonly Wire _wire;

    internal PolicyApi(Wire wire) => _wire = wire;

    /// <summary>The policies of the workspace.</summary>
    public Task<PolicyList> ListAsync(CancellationToken cancel = default) => _wire.GetNativeAsync<PolicyList>("policies", cancel);

    /// <summary>A policy, or a revision of it; 404 <c>governance.policy_not_found</c>.</summary>
    public Task<PolicyInfo> GetAsync(string name, long? revision, CancellationToken cancel = default) => _wire.GetNativeAsync<PolicyInfo>(new Query(Path(name)).With("revision", Text(revision)), cancel);

    /// <summary>Sets a policy; 400 <c>governance.invalid_policy</c>.</summary>
    public Task<PolicyInfo> SetAsync(SetPolicy policy, CancellationToken cancel = default) => _wire.NativeAsync<SetPolicy, PolicyInfo>("policies", policy, Repeat.Always, cancel);

    /// <summary>Takes a policy out of force.</summary>
    public Task<PolicyInfo> DisableAsync(string name, CancellationToken cancel = default) => _wire.NativeAsync<PolicyInfo>(HttpMethod.Delete, Path(name), Repeat.Always, cancel);

    /// <summary>What differs between two revisions.</summary>
    public Task<PolicyDiff> DiffAsync(string name, long? from, long? to, CancellationToken cancel = default) => _wire.GetNativeAsync<PolicyDiff>(
        new Query(Path(name) + "/diff").With("from", Text(from)).With("to", Text(to)), cancel);

    /// <summary>Whom of what is in production a policy would newly block.</summary>
    public Task<PolicyDryRun> DryRunAsync(SetPolicy policy, CancellationToken cancel = default) => _wire.NativeAsync<SetPolicy, PolicyDryRun>("policies/dry-run", policy, Repeat.Always, cancel);

    /// <summary>The policies that come with the platform.</summary>
    public Task<PolicyPackList> PacksAsync(CancellationToken cancel = default) => _wire.GetNativeAsync<PolicyPackList>("policies/packs", cancel);

    /// <summary>Puts a pack in force; 404 <c>governance.pack_not_found</c>.</summary>
    public Task<PolicyInfo> EnableAsync(string pack, CancellationToken cancel = default) =>
        _wire.NativeAsync<PolicyInfo>(HttpMethod.Post, $"policies/packs/{Uri.EscapeDataString(pack)}/enable", Repeat.Always, cancel);

    /// <summary>How a version stands in an environment to the policies in force.</summary>
    public Task<PolicyVerdict> CheckAsync(string model, string version, string environment, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<PolicyVerdict>($"models/{Uri.EscapeDataString(model)}/versions/{Uri.EscapeDataString(version)}/policies/{Uri.EscapeDataString(environment)}", cancel);

    /// <summary>The facts about a version in an environment that policies see.</summary>
    public Task<GovernedDocument> FactsAsync(string model, string version, string environment, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<GovernedDocument>($"models/{Uri.EscapeDataString(model)}/versions/{Uri.EscapeDataString(version)}/facts/{Uri.EscapeDataString(environment)}", cancel);

    /// <summary>Revisions of a policy, newest first.</summary>
    public Task<PolicyRevisions> RevisionsPageAsync(string name, int? limit, string? pageToken, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<PolicyRevisions>(new Query(Path(name) + "/revisions").With("limit", limit).With("page_token", pageToken), cancel);

    private static string Path(string name) => $"policies/{Uri.EscapeDataString(name)}";

    private static string? Text(long? number) => number?.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
