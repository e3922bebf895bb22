using System.Text;
using Orrery.Contracts;

namespace Orrery.Client;

/// <content>Definitions: plan, apply, history.</content>
public sealed partial class FeatureApi
{
    /// <summary>What applying definitions would do; 400 <c>features.definition_invalid</c>, <c>features.yaml_invalid</c>, 409 <c>features.revision_conflict</c>.</summary>
    /// <param name="project">The project.</param>
    /// <param name="yaml">The text of <c>features.yaml</c>.</param>
    /// <param name="options">How.</param>
    /// <param name="cancel">Breaks off.</param>
    public Task<FeaturePlan> PlanAsync(string project, string yaml, FeatureChangeOptions? options = null, CancellationToken cancel = default) =>
        _wire.NativeAsync<FeaturePlan>(
            (options ?? new()).AddTo(new Query(Project(project) + "/plan")), Encoding.UTF8.GetBytes(yaml), Yaml, Repeat.Always, cancel);

    /// <summary>Likewise, of a document.</summary>
    public Task<FeaturePlan> PlanAsync(FeatureProjectDocument document, FeatureChangeOptions? options = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(document);
        return _wire.NativeAsync<FeatureProjectDocument, FeaturePlan>((options ?? new()).AddTo(new Query(Project(document.Project) + "/plan")), document, Repeat.Always, cancel);
    }

    /// <summary>
    /// Applies definitions in one transaction; the same again changes nothing. Besides as plan: 409 <c>features.breaking_change</c>.
    /// </summary>
    public Task<FeatureApply> ApplyAsync(string project, string yaml, FeatureChangeOptions? options = null, CancellationToken cancel = default) =>
        _wire.NativeAsync<FeatureApply>(
            (options ?? new()).AddTo(new Query(Project(project) + "/apply")), Encoding.UTF8.GetBytes(yaml), Yaml, Repeat.IfNotActed, cancel);

    /// <summary>Likewise, of a document.</summary>
    public Task<FeatureApply> ApplyAsync(FeatureProjectDocument document, FeatureChangeOptions? options = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(document);
        return _wire.NativeAsync<FeatureProjectDocument, FeatureApply>((options ?? new()).AddTo(new Query(Project(document.Project) + "/apply")), document, Repeat.IfNotActed, cancel);
    }

    /// <summary>Applies the definitions of an earlier revision as a new one; 404 <c>features.revision_not_found</c>.</summary>
    public Task<FeatureApply> RollbackAsync(string project, long revision, FeatureChangeOptions? options = null, CancellationToken cancel = default) =>
        _wire.NativeAsync<FeatureApply>(
            HttpMethod.Post, (options ?? new()).AddTo(new Query(Project(project) + "/rollback").With("revision", revision)), Repeat.IfNotActed, cancel);

    /// <summary>One page of revisions, newest first.</summary>
    public Task<FeatureRevisionPage> ListRevisionsAsync(string project, int? limit = null, string? pageToken = null, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<FeatureRevisionPage>(new Query(Project(project) + "/revisions").With("limit", limit).With("page_token", pageToken), cancel);

    /// <summary>What one revision did, field by field; 404 <c>features.revision_not_found</c>.</summary>
    public Task<FeatureRevision> GetRevisionAsync(string project, long revision, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<FeatureRevision>(FormattableString.Invariant($"{Project(project)}/revisions/{revision}"), cancel);

    /// <summary>A project's definitions; those of the last revision when none is named.</summary>
    public Task<FeatureProjectDocument> ExportAsync(string project, long? revision = null, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<FeatureProjectDocument>(new Query(Project(project) + "/definitions").With("revision", revision), cancel);

    /// <summary>Likewise, as the text of <c>features.yaml</c>.</summary>
    public Task<string> ExportYamlAsync(string project, long? revision = null, CancellationToken cancel = default) =>
        _wire.GetNativeTextAsync(new Query(Project(project) + "/definitions").With("revision", revision), Yaml, cancel);

    /// <summary>Deletes a project with its history; 409 <c>features.project_in_use</c>.</summary>
    public Task DeleteProjectAsync(string project, CancellationToken cancel = default) => _wire.DeleteNativeAsync(Project(project), cancel);

    /// <summary>Reads a Feast registry file into definitions; nothing is applied. 400 <c>features.feast_invalid</c>, <c>features.feast_project_unknown</c>.</summary>
    public Task<FeastImport> ImportFeastAsync(byte[] registry, string? project = null, CancellationToken cancel = default) =>
        _wire.NativeAsync<FeastImport>(new Query("features/import-feast").With("project", project), registry, "application/octet-stream", Repeat.Always, cancel);
}
