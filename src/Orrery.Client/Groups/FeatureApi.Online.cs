using Orrery.Contracts;

namespace Orrery.Client;

/// <content>Online features and push.</content>
public sealed partial class FeatureApi
{
    /// <summary>Reads features online, with truthful statuses; 404 <c>features.view_not_found</c>, 503 <c>features.online_unavailable</c>.</summary>
    public Task<OnlineFeatures> GetOnlineAsync(string project, GetOnlineFeatures asked, CancellationToken cancel = default) =>
        _wire.RootAsync<GetOnlineFeatures, OnlineFeatures>($"feast/{Uri.EscapeDataString(project)}/get-online-features?mode=strict", asked, Repeat.Always, cancel);

    /// <summary>Pushes rows; those that are wrong are told one by one. 404 <c>features.push_source_not_found</c>, 429 <c>features.push_busy</c>.</summary>
    /// <param name="project">The project.</param>
    /// <param name="rows">What.</param>
    /// <param name="key">By which the server knows the push when it is sent again.</param>
    /// <param name="cancel">Breaks off.</param>
    public Task<PushAnswer> PushAsync(string project, PushRows rows, string key, CancellationToken cancel = default) =>
        _wire.KeyedAsync<PushRows, PushAnswer>(Project(project) + "/push", rows, key, cancel);

    /// <summary>Copies what Feast left in the server's Redis; 501 <c>features.no_redis</c>.</summary>
    public Task<FeastRedisImported> ImportRedisAsync(string project, FeastRedisImport asked, CancellationToken cancel = default) =>
        _wire.NativeAsync<FeastRedisImport, FeastRedisImported>(Project(project) + "/import-redis", asked, Repeat.IfNotActed, cancel);
}
