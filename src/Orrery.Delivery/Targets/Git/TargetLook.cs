using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Orrery.Audit;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Delivery;

/// <summary>
/// Looks at what a target's repository says: whether each InferenceService is covered by approvals, and is what was delivered, and is what the cluster has. What no
/// approval covers is not counted as deployed; it is written down once for each commit, and told.
/// </summary>
internal sealed class TargetLook(
    GitRepositories repositories, ReleaseRecords records, ReleaseApproval approval, KubeState cluster, Db db, AuditLog audit, Outbox outbox, TimeProvider time, ILogger<TargetLook> logger)
{
    /// <summary>Event: a commit changed a governed environment without a valid approval; the payload is a <see cref="TargetViolation"/>.</summary>
    public const string ViolationEvent = "delivery.violation";

    /// <summary>Looks, and keeps what was seen.</summary>
    public async ValueTask<Result<TargetDrift>> RunAsync(Actor actor, TargetRow target, CancellationToken cancel)
    {
        var settings = TargetRow.Read(target.Settings);
        var seen = target.Kind == TargetRow.Git
            ? await repositories.UseAsync(actor, target.Environment, settings, repository => RepositoryAsync(actor, target, settings, repository, cancel), cancel)
            : await ClusterAsync(actor, target, settings, cancel);
        if (seen.Failed(out var problem, out var drift))
        {
            Log.RepositoryUnreadable(logger, target.Environment, actor.WorkspaceName, problem.Message);
            drift = new() { Environment = target.Environment, State = "unknown", Problem = problem.Message };
        }

        drift = drift with { CheckedAt = time.GetUtcNow().ToUnixTimeMilliseconds() };
        var kept = await db.WriteAsync<TargetDrift>(async session =>
        {
            await SyncStore.PutAsync(session, actor.Workspace, drift);
            return drift with { Violations = await SyncStore.ViolationsAsync(session, actor.Workspace, target.Environment) };
        }, cancel);
        return kept;
    }

    private async ValueTask<Result<TargetDrift>> RepositoryAsync(Actor actor, TargetRow target, KserveSettings settings, GitRepository repository, CancellationToken cancel)
    {
        if ((await repository.FetchAsync(settings.Git!.Branch, cancel)).Failed(out var failure, out var head) || (await repository.ReadAsync(head, [settings.Git.Path.Trim('/')], cancel)).Failed(out failure, out var files))
            return failure;
        var all = files.Where(static one => ManifestFolder.Counts(one.Key))
            .Select(static one => one.Value.Text is not { } text ? new ManifestFile(one.Key, [], "It is a link, no file.") : ManifestFolder.IsManifest(one.Key) ? YamlFiles.Read(one.Key, text) : new(one.Key, [])).ToList();
        var manifests = all.Where(file => !ArgoFolder.Has(file.Path) && ManifestFolder.EnvironmentOf(file.Path) is var environment && (environment is null || environment == target.Environment)).ToList();
        var standing = await records.StandingAsync(actor, target.Environment, cancel);
        var items = new List<TargetDriftItem>();
        foreach (var group in manifests.GroupBy(static file => RootOf(file.Path)).Where(static group => group.Any(static file => ManifestFolder.EnvironmentOf(file.Path) is not null)))
        {
            if ((await OneAsync(new(actor, target, settings, repository, head!, standing), group.Key, [.. group], cancel)).Failed(out failure, out var item))
                return failure;
            items.Add(item);
        }

        if ((await ArgoAsync(new(actor, target, settings, repository, head!, standing), all, cancel)).Failed(out failure, out var told))
            return failure;
        items.AddRange(told);
        // What was delivered and is not there any more.
        foreach (var row in standing.Where(static row => row.State == ReleaseRow.Merged).GroupBy(static row => row.Name).Select(static group => group.First())
            .Where(row => !items.Exists(item => item.Name == KubeNames.Of(row.Name))))
        {
            items.Add(new() { Name = KubeNames.Of(row.Name), State = "foreign", Actual = $"{row.Model} {row.Version}", Differences = ["The repository has it no more."] });
        }

        return new TargetDrift { Environment = target.Environment, Head = head, State = Worst(items), Items = [.. items.OrderBy(static item => item.Name, StringComparer.Ordinal)] };
    }

    // What Argo CD is told to bring where decides as much as what is brought.
    private async ValueTask<Result<List<TargetDriftItem>>> ArgoAsync(LookWork work, List<ManifestFile> files, CancellationToken cancel)
    {
        var faults = approval.IsGoverned(work.Target.Environment) ? ArgoFolder.Problems(files, work.Target.Environment, work.Settings) : [];
        foreach (var file in faults.GroupBy(static fault => fault.Path))
        {
            if (await ViolationAsync(work, ArgoFolder.Name, file.Key, [.. file.Select(static fault => fault.Message)], cancel) is { } failure)
                return failure;
        }

        List<TargetDriftItem> told = faults.Count == 0 ? [] : [new() { Name = ArgoFolder.Name, State = "refused", Differences = [.. faults.Select(static fault => $"{fault.Path}: {fault.Message}")] }];
        return told;
    }

    private async ValueTask<Result<TargetDriftItem>> OneAsync(LookWork work, string root, List<ManifestFile> files, CancellationToken cancel)
    {
        var (actor, target) = (work.Actor, work.Target);
        var governed = approval.IsGoverned(target.Environment);
        var main = files.SelectMany(static file => file.Documents.OfType<JsonObject>().Select(document => (file.Path, document)))
            .FirstOrDefault(one => ManifestFolder.EnvironmentOf(one.Path) is not null && (string?)one.document["kind"] is "InferenceService");
        var manifest = main.document;
        var name = (string?)manifest?["metadata"]?["name"] ?? root[(root.LastIndexOf('/') + 1)..];
        var said = new TargetDriftItem { Name = name, State = "in_sync", Desired = ManifestText.Says(manifest), Delivery = ReleasePlan.Annotation(manifest, ManifestNames.OfCanary(ManifestNames.Delivery)) ?? ReleasePlan.Annotation(manifest, ManifestNames.Delivery) };
        var rules = await approval.RulesAsync(actor, target.Environment, work.Settings, manifest, cancel);
        var verdict = ManifestFolder.Check(files, approval.IsGoverned, _ => rules);
        var faults = verdict.Faults;
        if (faults.Count > 0)
        {
            foreach (var file in faults.GroupBy(static fault => fault.Path).Where(_ => governed))
            {
                if (await ViolationAsync(work, name, file.Key, [.. file.Select(static fault => fault.Message)], cancel) is { } failure)
                    return failure;
            }

            return said with { State = "refused", Differences = [.. faults.Select(static fault => fault.Message)] };
        }

        return await ComparedAsync(work, said, manifest, cancel);
    }

    private async ValueTask<Result<TargetDriftItem>> ComparedAsync(LookWork work, TargetDriftItem said, JsonObject? manifest, CancellationToken cancel)
    {
        var own = work.Standing.Where(row => KubeNames.Of(row.Name) == said.Name).ToList();
        foreach (var row in own.Where(row => row.State == ReleaseRow.Written && ManifestText.PercentOf(manifest, row.DeliveryId) == row.Percent))
        {
            if ((await records.ChangeAsync(work.Actor, row, ReleaseRow.Merged, work.Head, cancel)).Failed(out var failure, out _))
                return failure;
        }

        if (own.Find(row => ManifestText.PercentOf(manifest, row.DeliveryId) is not null || row.State == ReleaseRow.Merged) is { } latest
            && ManifestText.Differences(YamlFiles.ReadOne(latest.Manifest), manifest, besides: true) is { Count: > 0 } changed
            && !(latest.State == ReleaseRow.Written && ManifestText.PercentOf(manifest, latest.DeliveryId) is null))
        {
            return said with { State = "foreign", Actual = ManifestText.Says(YamlFiles.ReadOne(latest.Manifest)), Differences = changed };
        }

        if (work.Settings.Kubernetes is null || manifest is null)
            return said;
        if ((await cluster.FindAsync(work.Actor, work.Target.Environment, work.Settings, said.Name, cancel)).Failed(out var away, out var live))
            return away;
        if (live is null)
            return said with { State = "missing", Differences = ["The cluster does not have it."] };
        var differences = await WantedAsync(work.Actor, work.Target, work.Settings, manifest, live, cancel);
        return differences.Count == 0 ? said : said with { State = "cluster", Actual = ManifestText.Says(live), Differences = differences };
    }

    private async ValueTask<Result<TargetDrift>> ClusterAsync(Actor actor, TargetRow target, KserveSettings settings, CancellationToken cancel)
    {
        var items = new List<TargetDriftItem>();
        foreach (var row in (await records.StandingAsync(actor, target.Environment, cancel)).Where(static row => row.State == ReleaseRow.Merged).GroupBy(static row => row.Name).Select(static group => group.First()))
        {
            var wanted = YamlFiles.ReadOne(row.Manifest)!;
            if ((await cluster.FindAsync(actor, target.Environment, settings, KubeNames.Of(row.Name), cancel)).Failed(out var away, out var live))
                return away;
            var differences = live is null ? ["The cluster does not have it."] : await WantedAsync(actor, target, settings, wanted, live, cancel);
            items.Add(new()
            {
                Name = KubeNames.Of(row.Name),
                State = live is null ? "missing" : differences.Count == 0 ? "in_sync" : "cluster",
                Desired = ManifestText.Says(wanted),
                Actual = ManifestText.Says(live),
                Delivery = row.DeliveryId,
                Differences = differences,
            });
        }

        return new TargetDrift { Environment = target.Environment, State = Worst(items), Items = items };
    }

    // What somebody has applied besides shows in no value that is wanted: it is held against approvals itself.
    private async ValueTask<List<string>> WantedAsync(Actor actor, TargetRow target, KserveSettings settings, JsonObject wanted, JsonObject live, CancellationToken cancel)
    {
        var differences = Wanted(wanted, live);
        if (approval.IsGoverned(target.Environment))
            differences.AddRange(ApprovedManifest.Problems(live, target.Environment, await approval.RulesAsync(actor, target.Environment, settings, live, cancel)));
        return differences;
    }

    private static List<string> Wanted(JsonObject wanted, JsonObject live) =>
    [
        .. ManifestText.Differences(wanted["metadata"]?["annotations"], live["metadata"]?["annotations"]).Select(static one => "metadata.annotations." + one),
        .. ManifestText.Differences(wanted["spec"], live["spec"]).Select(static one => "spec." + one),
        .. live["spec"]?["canary"] is JsonArray { Count: > 0 } && wanted["spec"]?["canary"] is null ? ["spec.canary: nothing is wanted, a canary is there"] : Array.Empty<string>(),
    ];

    private async ValueTask<Failure?> ViolationAsync(LookWork work, string name, string path, List<string> reasons, CancellationToken cancel)
    {
        if ((await work.Repository.HistoryAsync(work.Head, path, 1, cancel)).Failed(out var failure, out var commits))
            return failure;
        var now = time.GetUtcNow();
        var commit = commits.Count > 0 ? commits[0].Id : work.Head;
        var violation = new TargetViolation
        {
            Id = Guid.CreateVersion7(now).ToString("N"),
            Environment = work.Target.Environment,
            Name = name,
            Commit = commit,
            Path = path,
            Author = commits.Count > 0 ? commits[0].Author : null,
            Reasons = reasons,
            FoundAt = now.ToUnixTimeMilliseconds(),
        };
        var written = await db.WriteAsync<bool>(async session =>
        {
            if (!await SyncStore.InsertAsync(session, work.Actor.Workspace, violation))
                return false;
            await audit.AppendAsync(session, work.Actor, new AuditRecord("delivery.violation", "delivery-target", $"{work.Target.Environment}/{name}")
            {
                Outcome = AuditOutcome.Refused,
                Reason = "delivery.not_approved",
                Detail = JsonSerializer.Serialize(new Dictionary<string, string> { ["commit"] = commit, ["violation"] = violation.Id }, TargetJson.Default.DictionaryStringString),
            });
            outbox.Append(session, work.Actor, ViolationEvent, JsonSerializer.Serialize(violation, TargetJson.Default.TargetViolation));
            return true;
        }, cancel);
        if (written.Failed(out var broken, out var isNew))
            return broken;
        if (isNew)
            Log.CommitRefused(logger, commit, name, work.Target.Environment, work.Actor.WorkspaceName, string.Join(" ", reasons));
        return null;
    }

    private static string Worst(List<TargetDriftItem> items) => items.Exists(static item => item.State == "refused") ? "refused" : items.TrueForAll(static item => item.State == "in_sync") ? "in_sync" : "drifted";

    private static string RootOf(string path)
    {
        var parts = path.Split('/');
        var at = Array.LastIndexOf(parts, ManifestNames.Overlays);
        return string.Join('/', parts[..Math.Max(at >= 0 ? at : parts.Length - 2, 0)]);
    }

    private sealed record LookWork(Actor Actor, TargetRow Target, KserveSettings Settings, GitRepository Repository, string Head, List<ReleaseRow> Standing);
}
