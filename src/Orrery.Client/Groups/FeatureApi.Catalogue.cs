using Orrery.Contracts;

namespace Orrery.Client;

/// <content>The catalogue.</content>
public sealed partial class FeatureApi
{
    /// <summary>One page of projects.</summary>
    public Task<FeatureProjectPage> ListProjectsAsync(string? name = null, int? limit = null, string? pageToken = null, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<FeatureProjectPage>(new Query("features/projects").With("name", name).With("limit", limit).With("page_token", pageToken), cancel);

    /// <summary>One page of views of both kinds.</summary>
    public Task<FeatureViewPage> ListViewsAsync(string project, FeatureFilter? filter = null, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<FeatureViewPage>((filter ?? new()).AddTo(new Query(Project(project) + "/views")), cancel);

    /// <summary>A view with its versions and who uses it; 404 <c>features.view_not_found</c>.</summary>
    public Task<FeatureViewDetail> GetViewAsync(string project, string view, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<FeatureViewDetail>($"{Project(project)}/views/{Uri.EscapeDataString(view)}", cancel);

    /// <summary>One page of entities.</summary>
    public Task<FeatureEntityPage> ListEntitiesAsync(string project, FeatureFilter? filter = null, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<FeatureEntityPage>((filter ?? new()).AddTo(new Query(Project(project) + "/entities")), cancel);

    /// <summary>One page of sources.</summary>
    public Task<FeatureSourcePage> ListSourcesAsync(string project, FeatureFilter? filter = null, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<FeatureSourcePage>((filter ?? new()).AddTo(new Query(Project(project) + "/sources")), cancel);

    /// <summary>One page of services, with the versions that they are pinned to.</summary>
    public Task<FeatureServicePage> ListServicesAsync(string project, FeatureFilter? filter = null, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<FeatureServicePage>((filter ?? new()).AddTo(new Query(Project(project) + "/services")), cancel);

    /// <summary>Views, features and services by words, over all projects.</summary>
    public Task<FeatureSearchPage> SearchAsync(string query, int? limit = null, string? pageToken = null, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<FeatureSearchPage>(new Query("features/search").With("query", query).With("limit", limit).With("page_token", pageToken), cancel);

    /// <summary>How often features are read, and how many are reused.</summary>
    public Task<FeatureUsageReport> GetUsageAsync(string project, int? days = null, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<FeatureUsageReport>(new Query(Project(project) + "/usage").With("days", days), cancel);

    /// <summary>Features that no service uses and nobody reads.</summary>
    public Task<UnusedFeatureList> ListUnusedAsync(string project, int? days = null, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<UnusedFeatureList>(new Query(Project(project) + "/unused").With("days", days), cancel);
}
