using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Orrery.Audit;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Lineage;
using Orrery.Storage;

namespace Orrery.Features;

/// <summary>Changing projects: plan, apply, rollback, delete. A change is made out beside the database and written in one transaction if nobody was faster.</summary>
internal sealed class ProjectChanges(
    Db db, AuditLog audit, Outbox outbox, Projects projects, IEnumerable<IFeatureUses> uses, BackfillEstimate? estimate, TimeProvider time,
    SourceCheck? sources = null, QueryLineage? queries = null)
{
    private const int Attempts = 5;
    private const int LongestNote = 4_000;

    private readonly Marks _marks = new(db, projects);
    private readonly QueryLineage _queries = queries ?? new();

    /// <summary>What applying a document would do; <c>features.definition_invalid</c>, <c>features.revision_conflict</c>, <c>features.restricted_unmarked</c>.</summary>
    public async ValueTask<Result<FeaturePlan>> PlanAsync(Actor actor, string project, FeatureProjectDocument document, PlanOptions options, CancellationToken cancel)
    {
        if ((await MakeOutAsync(actor, project, _ => document, options, cancel)).Failed(out var failure, out var change))
            return failure;
        return await EstimateAsync(actor, await CheckedAsync(change, all: true, cancel), cancel);
    }

    /// <summary>
    /// Applies a document. The same document again changes nothing. <c>features.definition_invalid</c>, <c>features.revision_conflict</c>,
    /// <c>features.breaking_change</c>, <c>features.restricted_unmarked</c>.
    /// </summary>
    public ValueTask<Result<FeatureApply>> ApplyAsync(Actor actor, string project, FeatureProjectDocument document, PlanOptions options, CancellationToken cancel) =>
        ChangeAsync(actor, project, _ => document, options, cancel);

    /// <summary>Applies the definitions of an earlier revision as a new one; besides as apply: <c>features.project_not_found</c>, <c>features.revision_not_found</c>.</summary>
    public async ValueTask<Result<FeatureApply>> RollbackAsync(Actor actor, string project, long revision, PlanOptions options, CancellationToken cancel)
    {
        var (row, apply) = await db.ReadAsync(
            async session => (await ProjectStore.FindAsync(session, actor.Workspace, project), await ApplyStore.FindAsync(session, actor.Workspace, project, revision)), cancel);
        if (row is null)
            return Projects.NotFound(project);
        if (apply is null)
            return ProjectHistory.NoRevision(project, revision, row.Revision);
        return await ChangeAsync(
            actor, project, state => ProjectPlanner.Document(state.Definitions, project, apply.Description, revision),
            options with { Note = options.Note ?? $"Rollback to revision {revision}." }, cancel);
    }

    /// <summary>Deletes a project with its history; <c>features.project_not_found</c>, <c>features.project_in_use</c>, <c>features.restricted_unmarked</c>.</summary>
    public async ValueTask<Result<Done>> DeleteAsync(Actor actor, string project, RestrictedRight right, Func<FeatureUse, bool>? sees, CancellationToken cancel)
    {
        if (right != RestrictedRight.All && (await projects.FindAsync(actor, project, cancel)) is { Succeeded: true } found && Marks.CheckRemoval(found.Value, right) is { } refused)
            return refused;
        if ((await UsesAsync(actor, project, sees, cancel)).Where(static use => !use.IsArchived).ToList() is [var use, ..] all)
            return InUse(project, use, all.Count);
        var done = await db.WriteAsync<Done>(async session =>
        {
            if (await ProjectStore.LockAsync(session, actor.Workspace, project) is not { } row)
                return Projects.NotFound(project);
            await DefinitionStore.DeleteAsync(session, actor.Workspace, project);
            await ApplyStore.DeleteAsync(session, actor.Workspace, project);
            await UsageStore.DeleteAsync(session, actor.Workspace, project);
            var files = await RemovalStore.RemoveAsync(session, actor.Workspace, project);
            await ProjectStore.DeleteAsync(session, actor.Workspace, project);
            await audit.AppendAsync(session, actor, new AuditRecord("feature.project.delete", "feature-project", project));
            outbox.Append(session, actor, FeaturesApplied.Deleted, Payload(project, row.Revision, [], files));
            return Done.Ok;
        }, cancel);
        if (done.Succeeded)
            await projects.RefreshAsync(actor, project, cancel);
        return done;
    }

    private async ValueTask<Result<FeatureApply>> ChangeAsync(
        Actor actor, string project, Func<ProjectState, FeatureProjectDocument> document, PlanOptions options, CancellationToken cancel)
    {
        if (options.Note?.Length > LongestNote)
            return Failure.Invalid("features.note_too_long", $"The note has {options.Note.Length} characters; at most {LongestNote} are allowed.");
        for (var attempt = 1; ; attempt++)
        {
            if ((await MakeOutAsync(actor, project, document, options, cancel)).Failed(out var failure, out var change))
                return failure;
            if (change.Plan.Breaks.Count > 0 && !options.AllowBreaking)
                return Breaking(change.Plan);
            change = await CheckedAsync(change, all: false, cancel);
            if (change.Plan.Problems.Any(static problem => problem.IsFatal) && !options.AllowBreaking)
                return Broken(change.Plan);
            if (change.IsEmpty)
                return new FeatureApply { Project = project, Revision = change.Before.Revision, Changed = false, Plan = change.Plan };
            _queries.Prepare(change.After);
            var written = await db.WriteAsync(session => WriteAsync(session, actor, change, options.Note), cancel);

            // Another writer was faster. Who named a revision is told; else the change is made out again.
            if (written.Failure?.Code == "features.revision_conflict" && options.ExpectedRevision is null && attempt < Attempts)
                continue;
            if (written.Failed(out failure, out _))
                return failure;
            await projects.RefreshAsync(actor, project, cancel);
            return new FeatureApply { Project = project, Revision = change.After.Revision, Changed = true, Plan = await EstimateAsync(actor, change, cancel) };
        }
    }

    private async ValueTask<Result<ProjectChange>> MakeOutAsync(
        Actor actor, string project, Func<ProjectState, FeatureProjectDocument> document, PlanOptions options, CancellationToken cancel)
    {
        if (DefinitionNames.Problem(project) is { } wrong)
            return Failure.Invalid("features.definition_invalid", $"The project's name {wrong}.");
        var (row, versions) = await db.SnapshotAsync(
            async session => (await ProjectStore.FindAsync(session, actor.Workspace, project), await DefinitionStore.ListAsync(session, actor.Workspace, project)), cancel);
        var definitions = new DefinitionSet(versions);
        if (ProjectCompiler.Compile(actor.Workspace, actor.WorkspaceName, project, row?.Revision ?? 0, definitions, new CompileFaults()).Failed(out var failure, out var compiled))
            return failure;
        var state = new ProjectState(row?.Revision ?? 0, row?.Description, definitions, compiled);
        if (ProjectPlanner.Plan(actor, project, state, document(state), options, await UsesAsync(actor, project, options.Sees, cancel), time.GetUtcNow()).Failed(out failure, out var change))
            return failure;
        return await _marks.CheckAsync(actor, state.Compiled, change.After, options.Right, cancel) is { } refused ? refused : change;
    }

    private async ValueTask<Result<Done>> WriteAsync(DbSession session, Actor actor, ProjectChange change, string? note)
    {
        var (project, at) = (change.Plan.Project, time.GetUtcNow().ToUnixTimeMilliseconds());
        if (change.Before.Revision == 0)
            await ProjectStore.InsertAsync(session, actor.Workspace, project, change.Description, at);
        var row = await ProjectStore.LockAsync(session, actor.Workspace, project);
        if (row?.Revision != change.Before.Revision)
            return ProjectPlanner.Conflict(project, change.Before.Revision, row?.Revision ?? 0);
        await ProjectStore.UpdateAsync(session, actor.Workspace, row with { Description = change.Description, Revision = change.After.Revision, UpdatedAt = at });
        await DefinitionStore.InsertAsync(session, actor, project, change.After.Revision, change.Versions, at);
        await ApplyStore.InsertAsync(session, actor, project, new(change.After.Revision, change.Description, note, change.Plan.Changes, actor.Name, at), at);
        foreach (var version in change.Versions)
            await audit.AppendAsync(session, actor, Record(project, change, version));
        await audit.AppendAsync(session, actor, new AuditRecord("feature.project.apply", "feature-project", project)
        {
            Detail = Detail(("revision", change.After.Revision), ("changes", change.Versions.Count)),
        });
        await LineageEdges.AppendAsync(session, actor, FeatureEdges.Of(change.After, at, _queries));
        outbox.Append(session, actor, FeaturesApplied.Name, Payload(project, change.After.Revision, change.Plan.Changes));
        return Done.Ok;
    }

    private static AuditRecord Record(string project, ProjectChange change, DefinitionVersion version)
    {
        var old = change.Before.Definitions.Find(version.Kind, version.Name);
        var action = version.IsRemoved ? "delete" : old is null ? "create" : "update";
        return new($"feature.{version.Kind.Text()}.{action}", "feature-definition", $"{project}/{version.Kind.Text()}/{version.Name}")
        {
            Before = old is null ? null : Hash(old.Document),
            After = version.IsRemoved ? null : Hash(version.Document),
            Detail = Detail(("version", version.Version), ("revision", change.After.Revision)),
        };
    }

    private async ValueTask<ProjectChange> CheckedAsync(ProjectChange change, bool all, CancellationToken cancel) =>
        sources is null ? change : change with { Plan = change.Plan with { Problems = await sources.OfAsync(change.After, change.Plan.Changes, all, cancel) } };

    private async ValueTask<FeaturePlan> EstimateAsync(Actor actor, ProjectChange change, CancellationToken cancel)
    {
        if (estimate is null)
            return change.Plan;
        var backfills = new List<FeatureBackfill>(change.Plan.Backfills.Count);
        foreach (var backfill in change.Plan.Backfills)
        {
            var (rows, duration) = await estimate.EstimateAsync(actor, change.After, change.After.Views[backfill.View], cancel);
            backfills.Add(backfill with { Rows = rows, Seconds = duration?.TotalSeconds });
        }

        return change.Plan with { Backfills = backfills };
    }

    private static Failure InUse(string project, FeatureUse use, int count) => Failure.Conflict(
        "features.project_in_use",
        $"Feature project {project} is used: {use.Kind} {use.Name} uses {(use.Service is { } service ? $"service {service}" : $"feature view {use.Features[0].View}")}"
            + (count > 1 ? $", and {count - 1} more." : ".") + (use.Version is null ? "" : " Delete or archive the model versions first."));

    private async ValueTask<List<FeatureUse>> UsesAsync(Actor actor, string project, Func<FeatureUse, bool>? sees, CancellationToken cancel)
    {
        var all = new List<FeatureUse>();
        foreach (var asked in uses)
            all.AddRange(await asked.ListAsync(actor, project, cancel));
        return PlanUses.Seen(all, sees);
    }

    private static Failure Breaking(FeaturePlan plan) => Failure.Conflict(
        "features.breaking_change",
        $"The change would break {plan.Breaks[0].Kind} {plan.Breaks[0].Name}, which uses {plan.Breaks[0].Uses}: {plan.Breaks[0].Why}"
            + (plan.Breaks.Count > 1 ? $"; and {plan.Breaks.Count - 1} more." : ".") + " Apply with allow_breaking=true to do it all the same.") with
    {
        Faults = [.. plan.Breaks.Select(static one => new FieldFault($"{one.Kind} {one.Name}", $"uses {one.Uses}: {one.Why}"))],
    };

    private static Failure Broken(FeaturePlan plan)
    {
        var fatal = plan.Problems.Where(static problem => problem.IsFatal).ToList();
        return Failure.Invalid(
            "features.source_broken",
            fatal[0].Message + (fatal.Count > 1 ? $" And {fatal.Count - 1} more." : "") + " Apply with allow_breaking=true to do it all the same.") with
        {
            Faults = [.. fatal.Select(static one => new FieldFault(one.View is null ? $"source {one.Source}" : $"view {one.View}", one.Message))],
        };
    }

    private static byte[] Hash(object? document) => SHA256.HashData(Encoding.UTF8.GetBytes(DefinitionJson.Write(document)));

    private static string Payload(string project, long revision, IReadOnlyList<FeatureChange> changes, IReadOnlyList<string>? files = null) => JsonSerializer.Serialize(
        new FeaturesApplied { Project = project, Revision = revision, Changes = [.. changes.Select(static change => change with { Fields = [] })], Files = files ?? [] },
        DefinitionJson.Applied);

    private static string Detail(params ReadOnlySpan<(string Name, long Value)> values)
    {
        var text = new StringBuilder("{");
        foreach (var (name, value) in values)
            text.Append(text.Length > 1 ? "," : "").Append('"').Append(name).Append("\":").Append(value);
        return text.Append('}').ToString();
    }
}
