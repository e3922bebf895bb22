using Orrery.Contracts;
using Orrery.Kernel;

namespace Orrery.Features;

/// <summary>Makes out what a document would change of a project.</summary>
internal static class ProjectPlanner
{
    /// <summary>The change.</summary>
    /// <param name="actor">Who, and in which workspace.</param>
    /// <param name="project">Name of the project.</param>
    /// <param name="before">As it stands.</param>
    /// <param name="document">What it shall be.</param>
    /// <param name="options">Which part of it.</param>
    /// <param name="uses">What uses its services.</param>
    /// <param name="now">For new ids.</param>
    /// <returns>The change, or <c>features.definition_invalid</c>, <c>features.revision_conflict</c>.</returns>
    public static Result<ProjectChange> Plan(
        Actor actor, string project, ProjectState before, FeatureProjectDocument document, PlanOptions options, IReadOnlyList<FeatureUse> uses, DateTimeOffset now)
    {
        if (options.ExpectedRevision is { } expected && expected != before.Revision)
            return Conflict(project, expected, before.Revision);
        var whole = (options.Partial ? Merged(before, document) : document) with { Project = project };
        var faults = new CompileFaults();
        DocumentRules.Check(whole, faults);
        var draft = new ProjectDraft(before, whole, options.Repin, now);
        if (Compile(draft, faults).Failed(out var failure, out var compiled))
            return failure;
        draft.Settle(compiled);
        if (Compile(draft, faults).Failed(out failure, out compiled))
            return failure;
        List<FeatureChange> changes = [.. draft.New.Select(version => Change(before, draft, version))];
        var touched = PlanUses.Of(changes, uses);
        return new ProjectChange(before, whole.Description, draft.New, compiled, new()
        {
            Project = project,
            Revision = before.Revision,
            Changes = changes,
            Breaks = [.. BreakingChanges.Of(before.Compiled, compiled, uses), .. LostPushes.Of(before.Compiled, compiled)],
            Uses = [.. touched.Take(PlanUses.Most)],
            UseCount = touched.Count,
            Backfills = [.. compiled.Views.Values.OrderBy(static view => view.Name, StringComparer.Ordinal).Select(view => Backfill(before, view)).OfType<FeatureBackfill>()],
            Pinned = Pinned(compiled),
        });

        Result<FeatureProject> Compile(ProjectDraft drawn, CompileFaults wrong) =>
            ProjectCompiler.Compile(actor.Workspace, actor.WorkspaceName, project, drawn.Revision, drawn.Definitions(), wrong);
    }

    /// <summary>The project was changed by another meanwhile.</summary>
    public static Failure Conflict(string project, long expected, long found) => Failure.Conflict(
        "features.revision_conflict",
        $"Feature project {project} is at revision {found}, not {expected}: it was changed meanwhile. Look at the plan again and apply with expected_revision={found}.");

    /// <summary>The whole project as a document, sorted by name.</summary>
    /// <param name="definitions">With their history.</param>
    /// <param name="project">Its name.</param>
    /// <param name="description">Its own.</param>
    /// <param name="revision">At which revision.</param>
    public static FeatureProjectDocument Document(DefinitionSet definitions, string project, string? description, long revision) => new()
    {
        Project = project,
        Description = description,
        Entities = Standing<EntityDocument>(definitions, DefinitionKind.Entity, revision),
        Sources = Standing<SourceDocument>(definitions, DefinitionKind.Source, revision),
        FeatureViews = Standing<FeatureViewDocument>(definitions, DefinitionKind.View, revision),
        OnDemandViews = Standing<OnDemandViewDocument>(definitions, DefinitionKind.OnDemand, revision),
        FeatureServices = Standing<FeatureServiceDocument>(definitions, DefinitionKind.Service, revision),
    };

    private static List<T> Standing<T>(DefinitionSet definitions, DefinitionKind kind, long revision) => [.. definitions.All.Keys
        .Where(key => key.Kind == kind)
        .Select(key => definitions.At(kind, key.Name, revision))
        .Where(static version => version is not null)
        .OrderBy(static version => version!.Name, StringComparer.Ordinal)
        .Select(static version => (T)version!.Document!)];

    /// <summary>What was sent comes first, so that places in it are those that its sender knows.</summary>
    private static FeatureProjectDocument Merged(ProjectState before, FeatureProjectDocument sent)
    {
        var kept = Document(before.Definitions, before.Compiled.Name, before.Description, long.MaxValue);
        return new()
        {
            Description = sent.Description ?? before.Description,
            Entities = Both(sent.Entities, kept.Entities, static one => one.Name),
            Sources = Both(sent.Sources, kept.Sources, static one => one.Name),
            FeatureViews = Both(sent.FeatureViews, kept.FeatureViews, static one => one.Name),
            OnDemandViews = Both(sent.OnDemandViews, kept.OnDemandViews, static one => one.Name),
            FeatureServices = Both(sent.FeatureServices, kept.FeatureServices, static one => one.Name),
        };
    }

    private static List<T> Both<T>(IReadOnlyList<T> sent, IReadOnlyList<T> kept, Func<T, string> name)
    {
        var names = sent.Select(name).ToHashSet();
        return [.. sent, .. kept.Where(one => !names.Contains(name(one)))];
    }

    private static FeatureChange Change(ProjectState before, ProjectDraft draft, DefinitionVersion version)
    {
        var old = before.Definitions.Find(version.Kind, version.Name);
        return new()
        {
            Action = version.IsRemoved ? "remove" : old is null ? "add" : "change",
            Kind = version.Kind.Text(),
            Name = version.Name,
            Id = version.ObjectId,
            FromVersion = old?.Version,
            ToVersion = version.Version,
            StorageVersion = version is { Kind: DefinitionKind.View, IsRemoved: false } ? version.StorageVersion : null,
            Reason = draft.Reason(version),
            Fields = old is null || version.IsRemoved ? [] : DefinitionDiff.Of(old.Document, version.Document),
        };
    }

    private static FeatureBackfill? Backfill(ProjectState before, FeatureView view)
    {
        var old = before.Compiled.Views.GetValueOrDefault(view.Name);
        if (!view.IsOnline || (old is { IsOnline: true } && old.StorageVersion == view.StorageVersion))
            return null;
        var why = old is null ? "it is new"
            : old.StorageVersion == view.StorageVersion ? "it was not served online before"
            : StorageSignature.Difference(old, view) ?? "its stored values are told apart from those before";
        return new() { View = view.Name, StorageVersion = view.StorageVersion, Why = why };
    }

    private static List<FeaturePin> Pinned(FeatureProject project) => [.. project.Services.Values
        .OrderBy(static service => service.Name, StringComparer.Ordinal)
        .SelectMany(service => service.Projections.Zip(service.Document.Features)
            .Where(static pair => pair.Second.Version is null)
            .Select(pair => (Service: service.Name, pair.Second.View, Version: pair.First.View?.Version ?? pair.First.OnDemand!.Version)))
        .Select(pin => new FeaturePin
        {
            Service = pin.Service,
            View = pin.View,
            Version = pin.Version,
            Newest = project.FindView(pin.View, null)?.Version ?? project.FindOnDemand(pin.View, null)!.Version,
        })
        .Where(static pin => pin.Version != pin.Newest)];
}
