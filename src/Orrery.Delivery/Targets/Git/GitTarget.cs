using Orrery.Contracts;
using Orrery.Kernel;

namespace Orrery.Delivery;

/// <summary>Brings versions to KServe by commits: the repository is the truth, and an engine such as Argo CD carries it out.</summary>
internal sealed class GitTarget(
    GitRepositories repositories, PullRequests requests, ReleaseRecords records, ReleaseApproval approval, GitRollback rollback, KubeState cluster, EndpointTrial trial, TargetOptions options) : ITarget
{
    private const int Tries = 6;

    public string Kind => TargetRow.Git;

    public Failure? Problem(TargetSpec spec) => TargetRules.Problem(Kind, TargetRow.Read(spec.Settings), options, approval.IsGoverned(spec.Environment));

    public async ValueTask<Result<BuiltRelease>> BuildAsync(Actor actor, ReleaseOrder order, CancellationToken cancel)
    {
        var settings = TargetRow.Read(order.Target.Settings);
        if (ReleaseBuild.Percent(order.Percent).Failed(out var wrong, out var percent))
            return wrong;
        return await repositories.UseAsync<BuiltRelease>(actor, order.Target.Environment, settings, async repository =>
        {
            if ((await GitState.ReadAsync(repository, settings, order, cancel)).Failed(out var away, out var now))
                return away;
            var plan = new ReleasePlan(settings, order, actor.WorkspaceName, percent, now.Current);
            if (ReleaseBuild.Create(plan).Failed(out var invalid, out var manifest))
                return invalid;
            var files = ReleaseFiles.Create(plan, manifest);
            return new BuiltRelease(ReleaseFiles.Hash(files), files);
        }, cancel);
    }

    public async ValueTask<Result<ReleaseState>> DeployAsync(Actor actor, ReleaseOrder order, BuiltRelease built, CancellationToken cancel)
    {
        if (ReleaseBuild.Percent(order.Percent).Failed(out var wrong, out var percent))
            return wrong;
        // What was begun goes on where it is: a repeat brings a later step of the traffic back to none of the first.
        return await records.FindAsync(actor, order, cancel) is not null ? await LookAsync(actor, order, cancel) : await WriteAsync(actor, order, percent, "deploy", cancel);
    }

    public async ValueTask<Result<ReleaseState>> ShiftAsync(Actor actor, ReleaseOrder order, double percent, CancellationToken cancel) =>
        ReleaseBuild.Percent(percent).Failed(out var wrong, out var whole) ? wrong : await WriteAsync(actor, order, whole, $"traffic-{whole}", cancel);

    public async ValueTask<Result<ReleaseState>> LookAsync(Actor actor, ReleaseOrder order, CancellationToken cancel)
    {
        var settings = TargetRow.Read(order.Target.Settings);
        if (await records.FindAsync(actor, order, cancel) is not { } row)
            return Failure.NotFound("delivery.not_deployed", $"Delivery {order.DeliveryId} has written nothing to {order.Target.Environment}.");
        var read = await repositories.UseAsync<GitState>(actor, order.Target.Environment, settings, repository => GitState.ReadAsync(repository, settings, order, cancel), cancel);
        if (read.Failed(out var away, out var now))
            return away;
        if (row.State == ReleaseRow.RolledBack)
            return State(row, "failed", "It was rolled back.");
        if (now.Percent is not { } percent)
        {
            return row.State == ReleaseRow.Written
                ? State(row, "waiting", $"The branch {GitState.BranchOf(order.DeliveryId)} is not merged into {settings.Git!.Branch} yet.")
                : State(row, "failed", $"The branch {settings.Git!.Branch} says something else now: {now.Says ?? "nothing"}.");
        }

        if (percent != row.Percent && row.State == ReleaseRow.Written)
            return State(row, "waiting", $"The branch has {percent} percent; {row.Percent} percent are not merged yet.") with { Percent = percent };
        if (row.State == ReleaseRow.Written && (await records.ChangeAsync(actor, row, ReleaseRow.Merged, now.Head, cancel)).Failed(out away, out row))
            return away;
        if (approval.IsGoverned(order.Target.Environment)
            && ApprovedManifest.Problems(now.Current!, order.Target.Environment, await approval.RulesAsync(actor, order.Target.Environment, settings, now.Current, cancel)) is { Count: > 0 } refused)
        {
            return State(row, "failed", "What the branch says is not covered by an approval: " + string.Join(" ", refused));
        }

        if (settings.Kubernetes is null)
            return State(row, "ready", null) with { Percent = percent };
        return (await cluster.LookAsync(actor, order, settings, cancel)).Failed(out away, out var seen) ? away : seen with { Revision = row.Revision, Previous = row.Previous, Link = row.Link };
    }

    public ValueTask<Result<SmokeAnswer>> SmokeAsync(Actor actor, ReleaseOrder order, CancellationToken cancel) => trial.AskAsync(actor, order, cancel);

    public async ValueTask<Result<ReleaseState>> RollbackAsync(Actor actor, ReleaseOrder order, string? revision, string reason, CancellationToken cancel) =>
        await rollback.RunAsync(actor, order, revision, reason, cancel);

    private async ValueTask<Result<ReleaseState>> WriteAsync(Actor actor, ReleaseOrder order, int percent, string step, CancellationToken cancel)
    {
        var settings = TargetRow.Read(order.Target.Settings);
        if (await records.FindAsync(actor, order, cancel) is { State: ReleaseRow.RolledBack })
            return Failure.Conflict("delivery.rolled_back", $"Delivery {order.DeliveryId} was rolled back as bad; deliver version {order.Version} of {order.Model} anew to try it again.");
        if (await approval.ProblemAsync(actor, order, percent, cancel) is { } refused)
            return refused;
        var written = await repositories.UseAsync(actor, order.Target.Environment, settings, repository => CommitAsync(actor, repository, settings, order, percent, step, cancel), cancel);
        if (written.Failed(out var failure, out var done))
            return failure;
        var pulled = settings.Git!.Mode == "pull_request";
        string? link = null;
        if (pulled && !done.Merged && (await requests.OpenAsync(actor, order, settings, cancel)).Failed(out failure, out link))
            return failure;
        var kept = await records.WrittenAsync(
            actor, order, done.Percent, done.Merged ? ReleaseRow.Merged : ReleaseRow.Written, done.Manifest, done.Before, done.Commit, done.Previous, link is { Length: > 0 } ? link : null, cancel);
        return kept.Failed(out failure, out _) ? failure : await LookAsync(actor, order, cancel);
    }

    // Others may commit at the same time: the change is made anew on what they left, and tried again.
    private async ValueTask<Result<GitWritten>> CommitAsync(
        Actor actor, GitRepository repository, KserveSettings settings, ReleaseOrder order, int percent, string step, CancellationToken cancel)
    {
        for (var attempt = 0; attempt < Tries; attempt++)
        {
            if ((await GitState.ReadAsync(repository, settings, order, cancel)).Failed(out var failure, out var now))
                return failure;
            var plan = new ReleasePlan(settings, order, actor.WorkspaceName, percent, now.Current);
            // Where nothing answers any more it gets all.
            if (plan.Share != percent && await approval.ProblemAsync(actor, order, plan.Share, cancel) is { } refused)
                return refused;
            if (ReleaseBuild.Create(plan).Failed(out failure, out var manifest))
                return failure;
            var files = ReleaseFiles.Create(plan, manifest);
            var text = files[ReleaseFiles.InferenceService(settings, order.Name, order.Target.Environment)];
            var before = now.Percent is null ? now.Text : null;
            var changes = Changes(now, files, ReleaseFiles.Overlay(settings, order.Name, order.Target.Environment));
            if (changes.Count == 0)
                return new GitWritten(await LastAsync(repository, settings, order, now, cancel) ?? now.Head!, now.Head, text, before, plan.Share, true);
            if ((await repository.CommitAsync(now.Head, changes, GitMessages.Of(order, step, plan.Share), cancel)).Failed(out failure, out var commit))
                return failure;
            var pulled = settings.Git!.Mode == "pull_request";
            var branch = pulled ? GitState.BranchOf(order.DeliveryId) : settings.Git.Branch;
            string? expected = null;
            if (pulled)
            {
                if ((await repository.FetchAsync(branch, cancel)).Failed(out failure, out var there))
                    return failure;
                if (there is not null && await SameAsync(repository, there, now, files, cancel))
                    return new GitWritten(there, now.Head, text, before, plan.Share, false);
                expected = there ?? "";
            }

            if ((await repository.PushAsync(commit, branch, expected, cancel)).Failed(out failure, out var pushed))
                return failure;
            if (pushed)
                return new GitWritten(commit, now.Head, text, before, plan.Share, !pulled);
        }

        return Failure.Unavailable("delivery.repository_busy", $"Others commit to {settings.Git!.Url} faster than this server; try again.");
    }

    private static Dictionary<string, string?> Changes(GitState now, SortedDictionary<string, string> files, string overlay)
    {
        var changes = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var (path, text) in files)
        {
            if (now.Files.GetValueOrDefault(path)?.Text != text)
                changes[path] = text;
        }

        // What an overlay has that the release has not, as the disruption budget of what was larger.
        foreach (var path in now.Files.Keys.Where(path => path.StartsWith(overlay + "/", StringComparison.Ordinal) && !files.ContainsKey(path)))
            changes[path] = null;
        return changes;
    }

    // A branch that was pushed before a crash says the same already, and stands on the same commit.
    private static async ValueTask<bool> SameAsync(GitRepository repository, string there, GitState now, SortedDictionary<string, string> files, CancellationToken cancel)
    {
        if ((await repository.ParentAsync(there, cancel)).Failed(out _, out var parent) || parent != now.Head)
            return false;
        return !(await repository.ReadAsync(there, [.. files.Keys], cancel)).Failed(out _, out var found) && files.All(one => found.GetValueOrDefault(one.Key)?.Text == one.Value);
    }

    private static async ValueTask<string?> LastAsync(GitRepository repository, KserveSettings settings, ReleaseOrder order, GitState now, CancellationToken cancel) =>
        now.Head is not null && !(await repository.HistoryAsync(now.Head, ReleaseFiles.Overlay(settings, order.Name, order.Target.Environment), 1, cancel)).Failed(out _, out var commits) && commits.Count > 0
            ? commits[0].Id
            : null;

    private static ReleaseState State(ReleaseRow row, string state, string? reason) => new(state, reason, row.Revision, row.Previous) { Percent = state == "ready" ? row.Percent : null, Link = row.Link };
}

/// <summary>What a commit has come to.</summary>
internal sealed record GitWritten(string Commit, string? Previous, string Manifest, string? Before, int Percent, bool Merged);
