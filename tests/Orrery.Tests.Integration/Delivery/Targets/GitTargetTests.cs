using System.Text.Json.Nodes;
using Orrery.Contracts;
using Orrery.Delivery;
using Orrery.Kernel;
using Orrery.Storage;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Deliveries by a real Git repository.</summary>
public sealed class GitTargetTests : IAsyncLifetime
{
    private const string File = "clusters/churn/overlays/production/inferenceservice.yaml";

    private readonly TargetWorld _world = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private ITarget Target => _world.Target("kserve-git");

    public ValueTask InitializeAsync() => _world.InitializeAsync();

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task A_version_is_delivered_gets_a_share_is_promoted_and_rolled_back_by_a_revert()
    {
        await _world.SetAsync("production", _world.Settings());
        var first = await DeployAsync(await _world.OrderAsync("d1", "1", TargetWorld.Sha1));
        Assert.Equal(("ready", 100d), (first.State, first.Percent));
        Assert.Null(first.Previous);

        var canary = await _world.OrderAsync("d2", "2", TargetWorld.Sha2, percent: 10);
        var second = await DeployAsync(canary);
        Assert.Equal(("ready", 10d, first.Revision), (second.State, second.Percent, second.Previous));
        var shown = Manifest();
        Assert.Equal(("v1", "v2", 10L), ((string?)shown["spec"]!["predictor"]!["name"], (string?)shown["spec"]!["canary"]![0]!["predictor"]!["name"], (long)shown["spec"]!["canary"]![0]!["trafficPercent"]!));
        Assert.Equal("s3://models/churn/1-" + TargetWorld.Sha1, (string?)shown["spec"]!["predictor"]!["model"]!["storageUri"]);

        Assert.Equal(50, (await ShiftAsync(canary, 50)).Percent);
        Assert.Equal(100, (await ShiftAsync(canary, 100)).Percent);
        shown = Manifest();
        Assert.Equal(("v2", null), ((string?)shown["spec"]!["predictor"]!["name"], shown["spec"]!["canary"]));

        var back = await Target.RollbackAsync(TargetWorld.Ann, canary, null, "errors rose", Cancel);
        Assert.True(back.Succeeded, back.Failure?.Message);
        Assert.Equal("1", (string?)Manifest()["metadata"]!["annotations"]![ManifestNames.Version]);
        var log = _world.InBare("log", "-1", "--format=%B", "main");
        Assert.StartsWith("Revert \"Deliver churn 2 to production\"", log, StringComparison.Ordinal);
        Assert.Equal(3, log.Split("This reverts commit ").Length - 1);
        Assert.Contains("Orrery-Reverts: d2", log, StringComparison.Ordinal);
        Assert.Equal(_world.InBare("show", $"{first.Revision}:{File}"), _world.InBare("show", $"main:{File}"));

        var again = await Target.ShiftAsync(TargetWorld.Ann, canary, 100, Cancel);
        Assert.Equal("delivery.rolled_back", again.Failure?.Code);
        var drift = await _world.Get<TargetChecks>().DriftAsync(TargetWorld.Ann, "production", now: true, Cancel);
        Assert.Equal(("in_sync", 0), (drift.Value.State, drift.Value.Violations.Count));
    }

    [Fact]
    public async Task Repeats_after_a_crash_make_no_second_commit_and_reasons_forge_no_trailer()
    {
        await _world.SetAsync("production", _world.Settings());
        var order = await _world.OrderAsync("d1", "1", TargetWorld.Sha1);
        var done = await DeployAsync(order);
        // As if the server had ended after the push and before it was written down.
        await _world.Db.WriteAsync<Done>(static async session =>
        {
            using var sql = session.Sql("delete from dlv_release");
            await sql.ExecuteAsync();
            return Done.Ok;
        }, Cancel);
        await _world.RestartAsync();
        var again = await DeployAsync(order);
        Assert.Equal((done.State, done.Revision), (again.State, again.Revision));
        Assert.Equal(again, await DeployAsync(order));
        Assert.Equal("1", _world.InBare("rev-list", "--count", "main").Trim());
        Assert.Equal("d1", _world.InBare("log", "-1", "--format=%(trailers:key=Orrery-Delivery,valueonly)", "main").Trim());

        await Target.RollbackAsync(TargetWorld.Ann, order, null, "no good", Cancel);
        await _world.RestartAsync();
        var rolled = await Target.RollbackAsync(TargetWorld.Ann, order, null, "no good", Cancel);
        Assert.True(rolled.Succeeded, rolled.Failure?.Message);
        Assert.Equal("2", _world.InBare("rev-list", "--count", "main").Trim());
    }

    [Fact]
    public async Task Without_a_token_that_holds_nothing_is_written_to_a_governed_environment()
    {
        await _world.SetAsync("production", _world.Settings());
        var good = await _world.OrderAsync("d1", "1", TargetWorld.Sha1);
        foreach (var (order, why) in new[]
        {
            (good with { Approval = null }, "there is no approval"),
            (good with { Approval = await _world.TokenAsync("2", TargetWorld.Sha1) }, "is of version 2"),
            (good with { Approval = await _world.TokenAsync("1", TargetWorld.Sha2) }, "is of files"),
            (good with { Approval = await _world.TokenAsync("1", TargetWorld.Sha1, "staging") }, "is for staging"),
            (good with { Approval = await _world.TokenAsync("1", TargetWorld.Sha1, workspace: 7) }, "another workspace"),
            (good with { Approval = good.Approval![..^8] + "AAAAAAAA" }, "is not signed"),
        })
        {
            var refused = await Target.DeployAsync(TargetWorld.Ann, order, new("", new Dictionary<string, string>()), Cancel);
            Assert.Equal(("delivery.not_approved", FailureKind.Denied), (refused.Failure?.Code, refused.Failure!.Kind));
            Assert.Contains(why, refused.Failure.Message, StringComparison.Ordinal);
        }

        _world.End("approval-1");
        Assert.Contains("revoked", (await Target.DeployAsync(TargetWorld.Ann, good, new("", new Dictionary<string, string>()), Cancel)).Failure!.Message, StringComparison.Ordinal);
        Assert.Equal("", _world.InBare("for-each-ref"));
    }

    [Fact]
    public async Task A_commit_by_others_without_a_token_is_refused_recorded_once_and_told()
    {
        await _world.SetAsync("production", _world.Settings());
        await DeployAsync(await _world.OrderAsync("d1", "1", TargetWorld.Sha1));
        var clone = _world.Clone();
        var path = Path.Combine(clone, File);
        await System.IO.File.WriteAllTextAsync(path, (await System.IO.File.ReadAllTextAsync(path, Cancel)).Replace("models/churn/1", "models/churn/9", StringComparison.Ordinal).Replace("version: \"1\"", "version: \"9\"", StringComparison.Ordinal), Cancel);
        TargetWorld.Git(clone, "commit", "-qam", "Quick fix");
        TargetWorld.Git(clone, "push", "-q");
        var checks = _world.Get<TargetChecks>();
        var drift = (await checks.DriftAsync(TargetWorld.Ann, "production", now: true, Cancel)).Value;
        Assert.Equal("refused", drift.State);
        var violation = Assert.Single(drift.Violations);
        Assert.Equal(("churn", File, "Mallory", _world.InBare("rev-parse", "main").Trim()), (violation.Name, violation.Path, violation.Author, violation.Commit));
        Assert.Contains(violation.Reasons, static reason => reason.Contains("is of version 1 of churn, not of version 9", StringComparison.Ordinal));
        Assert.Single((await checks.DriftAsync(TargetWorld.Ann, "production", now: true, Cancel)).Value.Violations);
        Assert.Equal(1, await CountAsync("select count(*) from sys_outbox where name = 'delivery.violation'"));
        Assert.Equal("failed", (await Target.LookAsync(TargetWorld.Ann, await _world.OrderAsync("d1", "1", TargetWorld.Sha1), Cancel)).Value.State);
    }

    [Fact]
    public async Task A_change_that_an_approval_covers_is_drift_and_no_violation()
    {
        await _world.SetAsync("production", _world.Settings());
        await DeployAsync(await _world.OrderAsync("d1", "1", TargetWorld.Sha1));
        var clone = _world.Clone();
        var path = Path.Combine(clone, File);
        await System.IO.File.WriteAllTextAsync(path, (await System.IO.File.ReadAllTextAsync(path, Cancel)).Replace("minReplicas: 2", "minReplicas: 3", StringComparison.Ordinal), Cancel);
        TargetWorld.Git(clone, "commit", "-qam", "Scale");
        TargetWorld.Git(clone, "push", "-q");
        var drift = (await _world.Get<TargetChecks>().DriftAsync(TargetWorld.Ann, "production", now: true, Cancel)).Value;
        Assert.Equal(("drifted", 0), (drift.State, drift.Violations.Count));
        Assert.Equal(["spec.predictor.minReplicas: 2 is wanted, 3 is there"], drift.Items[0].Differences);
    }

    [Fact]
    public async Task A_command_that_is_committed_beside_an_approved_version_is_refused()
    {
        await _world.SetAsync("production", _world.Settings());
        await DeployAsync(await _world.OrderAsync("d1", "1", TargetWorld.Sha1));
        var clone = _world.Clone();
        var path = Path.Combine(clone, File);
        var text = await System.IO.File.ReadAllTextAsync(path, Cancel);
        var began = text.Replace("lifecycle:\n", "lifecycle:\n        postStart:\n          exec:\n            command: [sh, -c, id]\n", StringComparison.Ordinal);
        Assert.NotEqual(text, began);
        await System.IO.File.WriteAllTextAsync(path, began, Cancel);
        TargetWorld.Git(clone, "commit", "-qam", "Warm up");
        TargetWorld.Git(clone, "push", "-q");
        var drift = (await _world.Get<TargetChecks>().DriftAsync(TargetWorld.Ann, "production", now: true, Cancel)).Value;
        Assert.Equal("refused", drift.State);
        Assert.Contains(Assert.Single(drift.Violations).Reasons, static reason => reason.StartsWith("spec.predictor.model.lifecycle is not what deliveries write", StringComparison.Ordinal));
        Assert.Equal("failed", (await Target.LookAsync(TargetWorld.Ann, await _world.OrderAsync("d1", "1", TargetWorld.Sha1), Cancel)).Value.State);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_token_that_is_overdue_or_void_brings_no_more_traffic_and_no_other_deployment(bool overdue)
    {
        await _world.SetAsync("production", _world.Settings());
        await DeployAsync(await _world.OrderAsync("d1", "1", TargetWorld.Sha1));
        var canary = await _world.OrderAsync("d2", "2", TargetWorld.Sha2, percent: 20);
        await DeployAsync(canary);
        if (overdue)
            _world.Time.Advance(TimeSpan.FromDays(31));
        else
            _world.End("approval-2", stopsTraffic: false);

        var head = _world.InBare("rev-parse", "main");
        foreach (var refused in new[]
        {
            await Target.ShiftAsync(TargetWorld.Ann, canary, 50, Cancel),
            await Target.DeployAsync(TargetWorld.Ann, canary with { DeliveryId = "d3", Percent = 50 }, new("", new Dictionary<string, string>()), Cancel),
            await Target.DeployAsync(TargetWorld.Ann, canary with { DeliveryId = "d4", Name = "another" }, new("", new Dictionary<string, string>()), Cancel),
        })
        {
            Assert.Equal("delivery.not_approved", refused.Failure?.Code);
        }

        Assert.Equal(head, _world.InBare("rev-parse", "main"));
        // What it was given goes on, and may be taken down a step.
        Assert.Equal(("ready", 20d), (await Target.LookAsync(TargetWorld.Ann, canary, Cancel)).Value is var seen ? (seen.State, seen.Percent) : default);
        Assert.Equal("in_sync", (await _world.Get<TargetChecks>().DriftAsync(TargetWorld.Ann, "production", now: true, Cancel)).Value.State);

        var clone = _world.Clone();
        var path = Path.Combine(clone, File);
        await System.IO.File.WriteAllTextAsync(path, (await System.IO.File.ReadAllTextAsync(path, Cancel)).Replace("trafficPercent: 20", "trafficPercent: 90", StringComparison.Ordinal), Cancel);
        TargetWorld.Git(clone, "commit", "-qam", "More");
        TargetWorld.Git(clone, "push", "-q");
        Assert.Equal("refused", (await _world.Get<TargetChecks>().DriftAsync(TargetWorld.Ann, "production", now: true, Cancel)).Value.State);
    }

    [Theory]
    [InlineData("production", "s3://models/{version}-{sha256}", "{model}")]
    [InlineData("production", "s3://models/{model}/{version}", "{sha256}")]
    [InlineData("staging", "s3://models/{version}", "{model}")]
    [InlineData("staging", "s3://models/{model}/{version}", null)]
    public async Task Places_of_files_name_the_model_and_where_approvals_are_needed_the_hash(string environment, string storage, string? missing)
    {
        var put = await _world.Get<Targets>().PutAsync(TargetWorld.Ann, environment, new() { Kind = "kserve-git", Settings = _world.Settings() with { StorageUri = storage } }, Cancel);
        Assert.Equal(missing is null ? null : "delivery.invalid_target", put.Failure?.Code);
        if (missing is not null)
            Assert.Contains(missing, put.Failure!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_added_where_no_approval_is_needed_is_drift()
    {
        await _world.SetAsync("staging", _world.Settings());
        await DeployAsync(await _world.OrderAsync("d1", "1", TargetWorld.Sha1, "staging"));
        Assert.Equal("in_sync", (await _world.Get<TargetChecks>().DriftAsync(TargetWorld.Ann, "staging", now: true, Cancel)).Value.State);
        var clone = _world.Clone();
        var path = Path.Combine(clone, File.Replace("production", "staging", StringComparison.Ordinal));
        await System.IO.File.WriteAllTextAsync(path, (await System.IO.File.ReadAllTextAsync(path, Cancel)).Replace("lifecycle:\n", "lifecycle:\n        postStart: {exec: {command: [id]}}\n", StringComparison.Ordinal), Cancel);
        TargetWorld.Git(clone, "commit", "-qam", "Warm up");
        TargetWorld.Git(clone, "push", "-q");
        var drift = (await _world.Get<TargetChecks>().DriftAsync(TargetWorld.Ann, "staging", now: true, Cancel)).Value;
        Assert.Equal(("drifted", 0), (drift.State, drift.Violations.Count));
        Assert.Equal(["""spec.predictor.model.lifecycle.postStart: nothing is wanted, {"exec":{"command":["id"]}} is there"""], drift.Items[0].Differences);
    }

    [Fact]
    public async Task A_deployment_does_not_stand_where_Argo_CDs_manifests_do()
    {
        await _world.SetAsync("production", _world.Settings());
        var order = await _world.OrderAsync("d1", "1", TargetWorld.Sha1);
        Assert.Equal("delivery.invalid_manifest", (await Target.BuildAsync(TargetWorld.Ann, order with { Name = "argocd" }, Cancel)).Failure?.Code);
    }

    [Fact]
    public async Task A_pull_request_waits_until_it_is_merged_whatever_way()
    {
        await _world.SetAsync("staging", _world.Settings("pull_request"));
        var clone = _world.Clone();
        await System.IO.File.WriteAllTextAsync(Path.Combine(clone, "README"), "models", Cancel);
        TargetWorld.Git(clone, "add", ".");
        TargetWorld.Git(clone, "commit", "-qm", "Begin");
        TargetWorld.Git(clone, "push", "-q", "origin", "main");
        var order = await _world.OrderAsync("d7", "1", TargetWorld.Sha1, "staging");
        var waits = await DeployAsync(order);
        Assert.Equal("waiting", waits.State);
        Assert.Equal(waits.Revision, _world.InBare("rev-parse", "orrery/d7").Trim());
        await _world.RestartAsync();
        Assert.Equal(waits, await DeployAsync(order));

        TargetWorld.Git(clone, "fetch", "-q");
        TargetWorld.Git(clone, "merge", "-q", "--squash", "origin/orrery/d7");
        TargetWorld.Git(clone, "commit", "-qm", "Squashed by people");
        TargetWorld.Git(clone, "push", "-q", "origin", "main");
        Assert.Equal("ready", (await Target.LookAsync(TargetWorld.Ann, order, Cancel)).Value.State);

        var back = await Target.RollbackAsync(TargetWorld.Ann, order, null, "no", Cancel);
        Assert.True(back.Succeeded, back.Failure?.Message);
        Assert.DoesNotContain("overlays/staging", _world.InBare("ls-tree", "-r", "--name-only", "main"), StringComparison.Ordinal);
        Assert.DoesNotContain("orrery/d7", _world.InBare("for-each-ref"), StringComparison.Ordinal);
    }

    private async ValueTask<ReleaseState> DeployAsync(ReleaseOrder order)
    {
        var built = await Target.BuildAsync(TargetWorld.Ann, order, Cancel);
        Assert.True(built.Succeeded, built.Failure?.Message);
        var deployed = await Target.DeployAsync(TargetWorld.Ann, order, built.Value, Cancel);
        Assert.True(deployed.Succeeded, deployed.Failure?.Message);
        return deployed.Value;
    }

    private async ValueTask<ReleaseState> ShiftAsync(ReleaseOrder order, double percent)
    {
        var shifted = await Target.ShiftAsync(TargetWorld.Ann, order, percent, Cancel);
        Assert.True(shifted.Succeeded, shifted.Failure?.Message);
        return shifted.Value;
    }

    private JsonObject Manifest() => YamlFiles.ReadOne(_world.InBare("show", "main:" + File))!;

    private ValueTask<long?> CountAsync(string text) => _world.Db.ReadAsync(async session =>
    {
        using var sql = session.Sql(text);
        return await sql.LongAsync();
    }, Cancel);
}
