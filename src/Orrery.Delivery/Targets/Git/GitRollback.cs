using Orrery.Contracts;
using Orrery.Kernel;

namespace Orrery.Delivery;

/// <summary>Takes deliveries back by a commit that reverts theirs: it can be read later, and engines that sync by themselves carry it out.</summary>
internal sealed class GitRollback(GitRepositories repositories, ReleaseRecords records, ReleaseApproval approval)
{
    private const int Tries = 6;
    private const int History = 500;

    /// <summary>Reverts a delivery, or goes back to a commit. Again changes nothing.</summary>
    public async ValueTask<Result<ReleaseState>> RunAsync(Actor actor, ReleaseOrder order, string? revision, string reason, CancellationToken cancel)
    {
        var settings = TargetRow.Read(order.Target.Settings);
        if (await records.FindAsync(actor, order, cancel) is not { } row)
            return Failure.NotFound("delivery.not_deployed", $"Delivery {order.DeliveryId} has written nothing to {order.Target.Environment}.");
        if (row.State == ReleaseRow.RolledBack)
            return Done(row);
        var bad = (await records.StandingAsync(actor, order.Target.Environment, cancel)).Select(static one => one.DeliveryId).ToHashSet(StringComparer.Ordinal);
        var rolled = await repositories.UseAsync(
            actor, order.Target.Environment, settings, repository => RevertAsync(new(actor, repository, settings, order, revision, reason), bad, cancel), cancel);
        if (rolled.Failed(out var failure, out var commit))
            return failure;
        return (await records.ChangeAsync(actor, row, ReleaseRow.RolledBack, commit, cancel)).Failed(out failure, out row) ? failure : Done(row);
    }

    private async ValueTask<Result<string>> RevertAsync(RollbackWork work, HashSet<string> standing, CancellationToken cancel)
    {
        var (repository, settings, order) = (work.Repository, work.Settings, work.Order);
        var overlay = ReleaseFiles.Overlay(settings, order.Name, order.Target.Environment);
        for (var attempt = 0; attempt < Tries; attempt++)
        {
            if ((await GitState.ReadAsync(repository, settings, order, cancel)).Failed(out var failure, out var now))
                return failure;
            if (await WithdrawAsync(repository, order, cancel) is { } wrong)
                return wrong;
            if (now.Head is null)
                return "";
            if ((await repository.HistoryAsync(now.Head, overlay, History, cancel)).Failed(out failure, out var history))
                return failure;
            // A crash came after the push.
            if (history.Find(commit => commit.Reverts == order.DeliveryId) is { } reverted)
                return reverted.Id;
            if ((await OwnAsync(work, history, cancel)).Failed(out failure, out var own))
                return failure;
            if (own.Count == 0 && work.Revision is null)
                return now.Head;
            if ((await ChangesAsync(work, now, own, overlay, cancel)).Failed(out failure, out var change))
                return failure;
            if (change.Files.Count == 0)
                return now.Head;
            if (await ProblemAsync(work, change.Files, standing, cancel) is { } refused)
                return refused;
            if ((await repository.CommitAsync(now.Head, change.Files, change.Message, cancel)).Failed(out failure, out var commit))
                return failure;
            if ((await repository.PushAsync(commit, settings.Git!.Branch, null, cancel)).Failed(out failure, out var pushed))
                return failure;
            if (pushed)
                return commit;
        }

        return Failure.Unavailable("delivery.repository_busy", $"Others commit to {settings.Git!.Url} faster than this server; try again.");
    }

    // By their trailers; where a merge lost those, by what the files say.
    private static async ValueTask<Result<List<GitCommit>>> OwnAsync(RollbackWork work, List<GitCommit> history, CancellationToken cancel)
    {
        var own = history.Where(commit => commit.Delivery == work.Order.DeliveryId).ToList();
        if (own.Count > 0)
            return own;
        var path = ReleaseFiles.InferenceService(work.Settings, work.Order.Name, work.Order.Target.Environment);
        foreach (var commit in history)
        {
            if ((await work.Repository.ReadAsync(commit.Id, [path], cancel)).Failed(out var failure, out var files))
                return failure;
            if (ManifestText.PercentOf(YamlFiles.ReadOne(files.GetValueOrDefault(path)?.Text), work.Order.DeliveryId) is null)
                break;
            own.Add(commit);
        }

        return own;
    }

    // A pull request that nobody merged yet is taken back by removing its branch.
    private static async ValueTask<Failure?> WithdrawAsync(GitRepository repository, ReleaseOrder order, CancellationToken cancel)
    {
        if (repository.Settings.Mode != "pull_request")
            return null;
        var branch = GitState.BranchOf(order.DeliveryId);
        if ((await repository.FetchAsync(branch, cancel)).Failed(out var away, out var there))
            return away;
        return there is null || !(await repository.PushAsync(null, branch, there, cancel)).Failed(out away, out _) ? null : away;
    }

    private static async ValueTask<Result<(Dictionary<string, string?> Files, string Message)>> ChangesAsync(
        RollbackWork work, GitState now, List<GitCommit> own, string overlay, CancellationToken cancel)
    {
        var (repository, order) = (work.Repository, work.Order);
        if (work.Revision is { } asked)
        {
            if ((await repository.ResolveAsync(now.Head!, asked, cancel)).Failed(out var unknown, out var target))
                return unknown;
            if ((await repository.ReadAsync(target, [overlay], cancel)).Failed(out unknown, out var then))
                return unknown;
            if (then.Count == 0)
                return Failure.NotFound("delivery.revision_not_found", $"Commit {asked} has nothing of {order.Name} in {order.Target.Environment}.");
            return (Difference(Of(now.Files, overlay), then), GitMessages.GoBack(order, target, work.Reason));
        }

        if ((await repository.ParentAsync(own[^1].Id, cancel)).Failed(out var failure, out var parent))
            return failure;
        if ((await repository.ReadAsync(parent, [overlay], cancel)).Failed(out failure, out var before) || (await repository.ReadAsync(own[0].Id, [overlay], cancel)).Failed(out failure, out var after))
            return failure;
        var changes = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var (path, text) in Difference(after, before))
        {
            var current = now.Files.GetValueOrDefault(path)?.Text;
            if (current == after.GetValueOrDefault(path)?.Text)
            {
                changes[path] = text;
                continue;
            }

            if (current is null || text is null || (await repository.MergeAsync(current, after.GetValueOrDefault(path)?.Text ?? "", text, cancel)) is not { Succeeded: true, Value: { } merged })
                return Failure.Conflict("delivery.revert_conflict", $"{path} was changed after delivery {order.DeliveryId}, in the same lines; revert {own[0].Id[..12]} by hand, or name a commit to go back to.");
            changes[path] = merged;
        }

        return (changes, GitMessages.Revert(order, [.. own.Select(static commit => commit.Id)], work.Reason));
    }

    // What is gone back to gets traffic: it must be covered, and must not be what was taken back as bad before.
    private async ValueTask<Failure?> ProblemAsync(RollbackWork work, Dictionary<string, string?> changes, HashSet<string> standing, CancellationToken cancel)
    {
        var environment = work.Order.Target.Environment;
        if (changes.GetValueOrDefault(ReleaseFiles.InferenceService(work.Settings, work.Order.Name, environment)) is not { } text)
            return null;
        if (YamlFiles.ReadOne(text) is not { } manifest)
            return Failure.Conflict("delivery.invalid_manifest", "What would be gone back to is no manifest.");
        if (work.Revision is not null && ReleasePlan.Annotation(manifest, ManifestNames.Delivery) is { } delivery && !standing.Contains(delivery))
            return Failure.Conflict("delivery.rolled_back", $"Commit {work.Revision} has delivery {delivery}, which was rolled back as bad, or which nobody here made; it is not gone back to.");
        if (!approval.IsGoverned(environment))
            return null;
        var problems = ApprovedManifest.Problems(manifest, environment, await approval.RulesAsync(work.Actor, work.Settings, firstUse: false, cancel));
        return problems.Count == 0 ? null : new(FailureKind.Denied, "delivery.not_approved", "What would be gone back to is not covered by an approval: " + string.Join(" ", problems));
    }

    private static SortedDictionary<string, GitFile> Of(SortedDictionary<string, GitFile> files, string overlay) =>
        new(files.Where(one => one.Key.StartsWith(overlay + "/", StringComparison.Ordinal)).ToDictionary(), StringComparer.Ordinal);

    private static Dictionary<string, string?> Difference(SortedDictionary<string, GitFile> from, SortedDictionary<string, GitFile> to) =>
        from.Keys.Union(to.Keys).Where(path => from.GetValueOrDefault(path)?.Text != to.GetValueOrDefault(path)?.Text)
            .ToDictionary(static path => path, path => to.GetValueOrDefault(path)?.Text, StringComparer.Ordinal);

    private static ReleaseState Done(ReleaseRow row) => new("ready", "It was rolled back.", row.Revision, row.Previous) { Percent = 0, Link = row.Link };

    private sealed record RollbackWork(Actor Actor, GitRepository Repository, KserveSettings Settings, ReleaseOrder Order, string? Revision, string Reason);
}
