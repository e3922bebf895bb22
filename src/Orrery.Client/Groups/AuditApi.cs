using System.Globalization;
using Orrery.Contracts;

namespace Orrery.Client;

/// <summary>Which entries of the audit trail to list; null leaves a criterion out.</summary>
/// <param name="Actor">Id of who acted.</param>
/// <param name="Action">As <c>run.create</c>.</param>
/// <param name="ObjectKind">As <c>run</c>.</param>
/// <param name="ObjectId">The object's id.</param>
/// <param name="Since">Only those at this time or later.</param>
/// <param name="Until">Only those before.</param>
public sealed record AuditQuery(
    string? Actor = null, string? Action = null, string? ObjectKind = null, string? ObjectId = null, DateTimeOffset? Since = null, DateTimeOffset? Until = null);

/// <summary>Calls on the audit trail of a workspace. Native: an MLflow server answers 404.</summary>
public sealed class AuditApi
{
    private readonly Wire _wire;

    internal AuditApi(Wire wire) => _wire = wire;

    /// <summary>One page of the entries, newest first.</summary>
    public Task<AuditPage> ListPageAsync(AuditQuery query, int? limit = null, string? pageToken = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        return _wire.GetNativeAsync<AuditPage>(
            new Query("audit/entries")
                .With("actor", query.Actor)
                .With("action", query.Action)
                .With("object_kind", query.ObjectKind)
                .With("object", query.ObjectId)
                .With("since", query.Since?.ToString("O", CultureInfo.InvariantCulture))
                .With("until", query.Until?.ToString("O", CultureInfo.InvariantCulture))
                .With("limit", limit)
                .With("page_token", pageToken),
            cancel);
    }

    /// <summary>One entry. 404 when there is none.</summary>
    public Task<AuditEntry> GetAsync(string entryId, CancellationToken cancel = default) => _wire.GetNativeAsync<AuditEntry>(Path(entryId), cancel);

    /// <summary>Shows that an entry is in a signed checkpoint. 404 when there is none.</summary>
    public Task<AuditProof> ProveAsync(string entryId, CancellationToken cancel = default) => _wire.GetNativeAsync<AuditProof>(Path(entryId) + "/proof", cancel);

    /// <summary>Has the server compute the chain anew.</summary>
    public Task<AuditVerdict> VerifyAsync(CancellationToken cancel = default) =>
        _wire.NativeAsync<AuditVerdict>(HttpMethod.Post, "audit/verify", Repeat.Always, cancel);

    /// <summary>One page of signed checkpoints, newest first.</summary>
    public Task<AuditCheckpointPage> CheckpointsPageAsync(int? limit, string? pageToken, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<AuditCheckpointPage>(new Query("audit/checkpoints").With("limit", limit).With("page_token", pageToken), cancel);

    /// <summary>All signed checkpoints, newest first.</summary>
    public IAsyncEnumerable<AuditCheckpoint> ListCheckpointsAsync(CancellationToken cancel = default) => Paging.AllAsync(
        (token, stop) => _wire.GetNativeAsync<AuditCheckpointPage>(new Query("audit/checkpoints").With("limit", 1000).With("page_token", token), stop),
        page => page.Checkpoints,
        page => page.NextPageToken,
        cancel: cancel);

    /// <summary>Public keys that checkpoints are signed with, the newest first.</summary>
    public async Task<IReadOnlyList<AuditKey>> ListKeysAsync(CancellationToken cancel = default) => (await _wire.GetNativeAsync<AuditKeyList>("audit/keys", cancel)).Keys;

    /// <summary>Has checkpoints signed with a new key from now on.</summary>
    public Task<AuditKey> RotateKeysAsync(CancellationToken cancel = default) =>
        _wire.NativeAsync<AuditKey>(HttpMethod.Post, "audit/keys/rotate", Repeat.IfNotActed, cancel);

    /// <summary>Copies the whole chain into a stream, an entry a line.</summary>
    /// <param name="format"><c>ndjson</c> or <c>cef</c>.</param>
    /// <param name="to">Where to.</param>
    /// <param name="cancel">Abandons the copy.</param>
    public async Task ExportAsync(string format, Stream to, CancellationToken cancel = default)
    {
        string path = new Query("api/v1/audit/export").With("format", format);
        using var answer = await _wire.SendAsync(_ => new HttpRequestMessage(HttpMethod.Get, path), Repeat.Always, cancel, HttpCompletionOption.ResponseHeadersRead);
        await answer.Content.CopyToAsync(to, cancel);
    }

    /// <summary>Whether entries are kept however old.</summary>
    public Task<AuditHold> GetHoldAsync(CancellationToken cancel = default) => _wire.GetNativeAsync<AuditHold>("audit/hold", cancel);

    /// <summary>Keeps entries however old, or lets them go.</summary>
    public Task<AuditHold> SetHoldAsync(AuditHold hold, CancellationToken cancel = default) =>
        _wire.NativeAsync<AuditHold, AuditHold>("audit/hold", hold, Repeat.Always, cancel, HttpMethod.Put);

    /// <summary>Makes a person's name and addresses in the workspace's entries unreadable for good. 404 when there are none.</summary>
    public Task EraseAsync(string subject, CancellationToken cancel = default) =>
        _wire.NativeAsync<EraseAuditSubject, EraseAuditSubject>("audit/erasures", new() { Subject = subject }, Repeat.IfNotActed, cancel);

    private static string Path(string entryId) => "audit/entries/" + Uri.EscapeDataString(entryId);
}
