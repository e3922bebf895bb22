using System.Globalization;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Features;

/// <summary>What was applied to projects, and their definitions at each revision.</summary>
internal sealed class ProjectHistory(Db db)
{
    /// <summary>One page of revisions, newest first; <c>features.project_not_found</c>, <c>features.invalid_limit</c>, <c>features.invalid_page_token</c>.</summary>
    public async ValueTask<Result<FeatureRevisionPage>> ListAsync(Actor actor, string project, int? limit, string? token, CancellationToken cancel)
    {
        if (FeaturePages.LimitProblem(limit) is { } wrong)
            return wrong;
        var before = long.MaxValue;
        if (!string.IsNullOrEmpty(token))
        {
            if (PageToken.Decode(token, 1) is not [long last])
                return FeaturePages.NotOurs();
            before = last;
        }

        var size = limit ?? FeaturePages.DefaultLimit;
        var found = await db.ReadAsync(
            async session => await ProjectStore.FindAsync(session, actor.Workspace, project) is null
                ? null
                : await ApplyStore.ListAsync(session, actor.Workspace, project, before, size + 1), cancel);
        if (found is null)
            return Projects.NotFound(project);
        return new FeatureRevisionPage
        {
            Revisions = [.. found.Take(size).Select(static row => Revision(row, row.Changes))],
            NextPageToken = found.Count > size ? PageToken.Encode(found[size - 1].Revision) : null,
        };
    }

    /// <summary>What one revision did, field by field; <c>features.project_not_found</c>, <c>features.revision_not_found</c>.</summary>
    public async ValueTask<Result<FeatureRevision>> FindAsync(Actor actor, string project, long revision, CancellationToken cancel)
    {
        if ((await LoadAsync(actor, project, revision, cancel)).Failed(out var failure, out var found))
            return failure;
        return Revision(found.Apply, [.. found.Apply.Changes.Select(change => WithFields(found.Definitions, change, revision))]);
    }

    /// <summary>A project's definitions; those of the last revision when none is named.</summary>
    public async ValueTask<Result<FeatureProjectDocument>> ExportAsync(Actor actor, string project, long? revision, CancellationToken cancel)
    {
        if ((await LoadAsync(actor, project, revision, cancel)).Failed(out var failure, out var found))
            return failure;
        return ProjectPlanner.Document(found.Definitions, project, found.Apply.Description, found.Apply.Revision);
    }

    internal static Failure NoRevision(string project, long revision, long newest) => Failure.NotFound(
        "features.revision_not_found",
        string.Create(CultureInfo.InvariantCulture, $"Feature project {project} has no revision {revision}; its newest is {newest}."));

    private async ValueTask<Result<(ApplyRow Apply, DefinitionSet Definitions)>> LoadAsync(Actor actor, string project, long? revision, CancellationToken cancel)
    {
        var (row, apply, versions) = await db.SnapshotAsync<(ProjectRow?, ApplyRow?, List<DefinitionVersion>)>(
            async session => await ProjectStore.FindAsync(session, actor.Workspace, project) is not { } found
                ? (null, null, [])
                : (found, await ApplyStore.FindAsync(session, actor.Workspace, project, revision ?? found.Revision), await DefinitionStore.ListAsync(session, actor.Workspace, project)),
            cancel);
        if (row is null)
            return Projects.NotFound(project);
        return apply is null ? NoRevision(project, revision ?? row.Revision, row.Revision) : (apply, new DefinitionSet(versions));
    }

    private static FeatureChange WithFields(DefinitionSet definitions, FeatureChange change, long revision)
    {
        if (change.Action != "change")
            return change;
        var kind = DefinitionKinds.Parse(change.Kind);
        var (before, after) = (definitions.At(kind, change.Name, revision - 1), definitions.At(kind, change.Name, revision));
        return change with { Fields = DefinitionDiff.Of(before?.Document, after?.Document) };
    }

    private static FeatureRevision Revision(ApplyRow row, IReadOnlyList<FeatureChange> changes) =>
        new() { Revision = row.Revision, Note = row.Note, CreatedBy = row.CreatedBy, CreatedAt = row.CreatedAt, Changes = changes };
}
