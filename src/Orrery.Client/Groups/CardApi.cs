using Orrery.Contracts;

namespace Orrery.Client;

/// <summary>Calls on model cards. Native: an MLflow server answers 404.</summary>
public sealed class CardApi
{
    private readonly Wire _wire;

    internal CardApi(Wire wire) => _wire = wire;

    /// <summary>The card of a version as it stands; 404 <c>registry.version_not_found</c>.</summary>
    public Task<ModelCard> GetAsync(string model, string version, CancellationToken cancel = default) => _wire.GetNativeAsync<ModelCard>(Path(model, version), cancel);

    /// <summary>The card as a document: <c>html</c>, <c>markdown</c> (Hugging Face) or <c>mct</c> (Model Card Toolkit).</summary>
    public Task<string> RenderAsync(string model, string version, string format, CancellationToken cancel = default) =>
        _wire.GetNativeTextAsync(new Query(Path(model, version)).With("format", format), "*/*", cancel);

    /// <summary>Writes what people say; 400 <c>governance.card_field_unknown</c>, <c>governance.card_text_invalid</c>.</summary>
    public Task WriteAsync(string model, CardTexts texts, CancellationToken cancel = default) =>
        _wire.NativeAsync($"models/{Uri.EscapeDataString(model)}/card", texts, Repeat.Always, cancel, HttpMethod.Patch);

    /// <summary>Keeps the card as it stands; one that is as the newest snapshot is that snapshot.</summary>
    public Task<CardSnapshot> SnapshotAsync(string model, string version, CancellationToken cancel = default) =>
        _wire.NativeAsync<CardSnapshot>(HttpMethod.Post, Path(model, version) + "/snapshots", Repeat.Always, cancel);

    /// <summary>One page of snapshots, newest first.</summary>
    public Task<CardSnapshotPage> SnapshotsPageAsync(string model, string version, int? limit, string? pageToken, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<CardSnapshotPage>(new Query(Path(model, version) + "/snapshots").With("limit", limit).With("page_token", pageToken), cancel);

    /// <summary>A snapshot by its hash; 404 <c>governance.card_snapshot_not_found</c>.</summary>
    public Task<CardSnapshot> SnapshotAsync(string model, string version, string sha256, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<CardSnapshot>($"{Path(model, version)}/snapshots/{Uri.EscapeDataString(sha256)}", cancel);

    /// <summary>What differs between the cards of two versions.</summary>
    public Task<CardDiff> DiffAsync(string model, string version, string other, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<CardDiff>($"{Path(model, version)}/diff/{Uri.EscapeDataString(other)}", cancel);

    private static string Path(string model, string version) => $"models/{Uri.EscapeDataString(model)}/versions/{Uri.EscapeDataString(version)}/card";
}
