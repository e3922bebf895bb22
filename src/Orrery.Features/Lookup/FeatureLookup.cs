using Orrery.Kernel;

namespace Orrery.Features;

/// <summary>
/// Features looked up again and again for one purpose, such as a model that is served: what is read is made out once for each revision of the project, the
/// online store is read in one batch a view, and no database is asked. Thread-safe.
/// </summary>
public sealed class FeatureLookup
{
    private static readonly long Pause = (long)TimeSpan.FromSeconds(1).TotalMilliseconds;

    private readonly Func<FeatureProject, Result<FeatureSelection>> _select;
    private readonly LookupParts _parts;
    private readonly TtlOverride? _ttl;
    private Standing _standing;
    private long _lookedAt;

    internal FeatureLookup(LookupParts parts, FeatureProject project, Func<FeatureProject, Result<FeatureSelection>> select, string? service, TtlOverride? ttl, LookupPlan plan)
    {
        (_parts, _select, Service, _ttl) = (parts, select, service, ttl);
        Project = project.Name;
        Workspace = project.Workspace;
        _standing = new(project, plan, null);
        Inputs = plan.Inputs;
        Features = plan.Features;
        Restricted = plan.Restricted;
        Views = plan.Views;
        Behind = plan.Behind;
        Keys = plan.Keys;
    }

    /// <summary>The project's name.</summary>
    public string Project { get; }

    /// <summary>The service's name; null for single features.</summary>
    public string? Service { get; }

    /// <summary>What each row must give, keys first.</summary>
    public IReadOnlyList<LookupInput> Inputs { get; }

    /// <summary>What is given.</summary>
    public IReadOnlyList<LookupFeature> Features { get; }

    /// <summary>References of what only some may see, or what is computed of it.</summary>
    public IReadOnlyList<string> Restricted { get; }

    /// <summary>Ids of the views behind it, for the limits of callers.</summary>
    public IReadOnlySet<string> Views { get; }

    /// <summary>Of each view that is read: columns of its key, and the columns of <see cref="Inputs"/> that they come from.</summary>
    public IReadOnlyList<IReadOnlyList<(string Key, string Column)>> Keys { get; }

    /// <summary>Subjects who have opted out of predictions; null when nobody has.</summary>
    public SubjectIndex? OptedOut => _parts.Consent?.Of(Workspace, SubjectPurpose.Prediction);

    /// <summary>References of all that is read.</summary>
    internal IReadOnlySet<string> Behind { get; }

    private WorkspaceId Workspace { get; }

    /// <summary>Looks rows up.</summary>
    /// <param name="entities"><c>{"entities": {...}}</c> with a list of values for each of <see cref="Inputs"/>, in their order; null for what a row does not give.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <returns>
    /// The answer, to be disposed; <c>features.online_unavailable</c>, <c>features.not_served</c>, <c>features.entity_value_invalid</c>,
    /// <c>features.request_data_invalid</c>, <c>features.too_many_rows</c>.
    /// </returns>
    public async ValueTask<Result<LookupAnswer>> ReadAsync(ReadOnlyMemory<byte> entities, CancellationToken cancel)
    {
        if ((await CurrentAsync(cancel)).Failed(out var gone, out var plan))
            return gone;
        var call = _parts.Calls.Get();
        var failure = Failure.Unavailable("features.online_unavailable", "");
        var isRead = false;
        try
        {
            if (call.Request.Read(entities) is [var fault, ..])
                return failure = fault.Failure;
            (call.Plan, call.Ttl) = (plan.Online, _ttl);
            if (call.Entities.Read(plan.Online, call.Request) is { } wrong)
                return failure = wrong;
            if (await _parts.Reader.ReadAsync(call, cancel) is { } away)
                return failure = away;
            _parts.Usage.Count(plan.Online.Selection);
            isRead = true;
            return new LookupAnswer(_parts.Calls, plan, call);
        }
        finally
        {
            if (!isRead)
                _parts.Calls.Return(call);
        }
    }

    /// <summary>What is read and how, on one revision of the project.</summary>
    internal static Result<LookupPlan> PlanOf(FeatureSelection selection)
    {
        var keys = selection.Projections.SelectMany(static projection => ViewsOf(projection).SelectMany(view => view.Keys.Select(key => projection.RequestColumn(key.Name)))).Distinct();
        var data = selection.Projections.SelectMany(static projection => projection.OnDemand?.Request ?? []).Select(static field => field.Name).Distinct();
        string[] given = [.. keys.Union(data)];
        if (OnlinePlanner.Make(selection, given).Failed(out var wrong, out var online))
            return wrong;
        var served = selection.Project.ServedViews().Select(static view => (view.Id, view.StorageVersion)).ToHashSet();
        if (online.Reads.FirstOrDefault(read => !served.Contains((read.View.Id, read.View.StorageVersion))) is { } stale)
            return NotServed(selection.Project, stale.View);
        return new LookupPlan(online, given);
    }

    private static IEnumerable<FeatureView> ViewsOf(FeatureProjection projection) =>
        projection.View is { } view ? [view] : projection.OnDemand!.Inputs.Select(static input => input.View);

    // Nobody brings its values online any more: what is there grows old without a word.
    private static Failure NotServed(FeatureProject project, FeatureView view) => Failure.Conflict(
        "features.not_served",
        $"The values of {view.NameWithVersion} in project {project.Name} are not brought online any more: "
        + (project.Views.TryGetValue(view.Name, out var now)
            ? $"{now.NameWithVersion} stores others, and no feature service is pinned to version {view.Version}. Train on the new version, or pin a service to the old."
            : "the view is gone."));

    // The project in memory is the same object until it changes.
    private ValueTask<Result<LookupPlan>> CurrentAsync(CancellationToken cancel)
    {
        var standing = Volatile.Read(ref _standing);
        return ReferenceEquals(_parts.Projects.InMemory(Workspace, Project), standing.Project) ? new(standing.Result) : RenewAsync(standing, cancel);
    }

    private async ValueTask<Result<LookupPlan>> RenewAsync(Standing standing, CancellationToken cancel)
    {
        if (_parts.Projects.InMemory(Workspace, Project) is not { } project)
        {
            // Gone, or not in memory; the database is asked now and then.
            var now = Environment.TickCount64;
            if (now - Volatile.Read(ref _lookedAt) < Pause)
                return Gone();
            Volatile.Write(ref _lookedAt, now);
            if ((await _parts.Projects.FindAsync(new Actor(Workspace, standing.Project.WorkspaceName, "system"), Project, cancel)).Failed(out _, out project))
                return Gone();
        }

        var renewed = _select(project).Then(PlanOf).Then(plan => plan.After(this)).Failed(out var failure, out var next) ? new Standing(project, null, failure) : new Standing(project, next, null);
        Volatile.Write(ref _standing, renewed);
        return renewed.Result;
    }

    private Failure Gone() => Failure.Unavailable("features.not_served", $"Feature project {Project} is not there.");

    private sealed record Standing(FeatureProject Project, LookupPlan? Plan, Failure? Failure)
    {
        public Result<LookupPlan> Result { get; } = Failure is { } failure ? failure with { Kind = FailureKind.Unavailable } : Plan!;
    }
}
