using System.Text.Json.Nodes;
using Orrery.Contracts;
using Orrery.Delivery;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Deliveries by a cluster's API.</summary>
public sealed class KubeTargetTests : IAsyncLifetime
{
    private readonly TargetWorld _world = new();
    private KubeServer _cluster = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private ITarget Target => _world.Target("kserve-api");

    public async ValueTask InitializeAsync()
    {
        await _world.InitializeAsync();
        _cluster = await KubeServer.StartAsync(Cancel);
        await _world.SetAsync(
            "production", _world.Settings() with { Git = null, Argo = null, Kubernetes = new() { Server = _cluster.Address.ToString() } }, "kserve-api", new() { ["cluster_token"] = _cluster.Token });
    }

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        await _world.DisposeAsync();
    }

    [Fact]
    public async Task A_version_is_applied_followed_until_ready_stepped_promoted_and_rolled_back()
    {
        var first = await _world.OrderAsync("d1", "1", TargetWorld.Sha1);
        Assert.Equal("rolling_out", (await DeployAsync(first)).State);
        Ready();
        Assert.Equal(("ready", 100d), (await LookAsync(first)) is var one ? (one.State, one.Percent) : default);

        var second = await _world.OrderAsync("d2", "2", TargetWorld.Sha2, percent: 10);
        await DeployAsync(second);
        Assert.Equal("rolling_out", (await LookAsync(second)).State);
        Ready(canary: true);
        Assert.Equal(("ready", 10d), (await LookAsync(second)) is var two ? (two.State, two.Percent) : default);
        var applied = _cluster.Applied;
        await DeployAsync(second);
        Assert.Equal(applied, _cluster.Applied);

        Assert.True((await Target.ShiftAsync(TargetWorld.Ann, second, 100, Cancel)).Succeeded);
        Ready();
        Assert.Equal("ready", (await LookAsync(second)).State);
        Assert.Null(Live()["spec"]!["canary"]);
        var back = await Target.RollbackAsync(TargetWorld.Ann, second, null, "errors", Cancel);
        Assert.True(back.Succeeded, back.Failure?.Message);
        Assert.Equal("1", (string?)Live()["metadata"]!["annotations"]![ManifestNames.Version]);
    }

    [Fact]
    public async Task Fields_of_others_are_told_and_failures_of_loading_end_the_delivery()
    {
        var first = await _world.OrderAsync("d1", "1", TargetWorld.Sha1);
        _cluster.Failures = 2;
        var deploying = DeployAsync(first).AsTask();
        await Eventually.HoldsAsync("the calls were repeated", () =>
        {
            _world.Time.Advance(TimeSpan.FromSeconds(1));
            return deploying.IsCompleted;
        });
        await deploying;
        _cluster.Own("models", "churn", ".spec.predictor.minReplicas", "kubectl");
        var second = await _world.OrderAsync("d2", "2", TargetWorld.Sha2, replicas: 4);
        var refused = await Target.DeployAsync(TargetWorld.Ann, second, new("", new Dictionary<string, string>()), Cancel);
        Assert.Equal("delivery.field_conflict", refused.Failure?.Code);
        Assert.Contains(".spec.predictor.minReplicas (conflict with \"kubectl\")", refused.Failure!.Message, StringComparison.Ordinal);

        _cluster.SetStatus("models", "churn", (JsonObject)JsonNode.Parse("""{"modelStatus":{"transitionStatus":"BlockedByFailedLoad","lastFailureInfo":{"reason":"ModelLoadFailed","message":"no such file"}}}""")!);
        var failed = await LookAsync(first);
        Assert.Equal(("failed", "The model could not be loaded: ModelLoadFailed, no such file."), (failed.State, failed.Reason));
    }

    [Fact]
    public async Task What_somebody_applies_beside_an_approved_version_is_told()
    {
        await DeployAsync(await _world.OrderAsync("d1", "1", TargetWorld.Sha1));
        var checks = _world.Get<TargetChecks>();
        Assert.Equal("in_sync", (await checks.DriftAsync(TargetWorld.Ann, "production", now: true, Cancel)).Value.State);
        Live()["spec"]!["predictor"]!["model"]!["lifecycle"]!["postStart"] = JsonNode.Parse("""{"exec":{"command":["id"]}}""");
        var drift = (await checks.DriftAsync(TargetWorld.Ann, "production", now: true, Cancel)).Value;
        Assert.Equal(("drifted", "cluster"), (drift.State, drift.Items[0].State));
        Assert.StartsWith("spec.predictor.model.lifecycle is not what deliveries write", Assert.Single(drift.Items[0].Differences), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_that_is_void_brings_no_more_traffic_to_a_cluster()
    {
        await DeployAsync(await _world.OrderAsync("d1", "1", TargetWorld.Sha1));
        var canary = await _world.OrderAsync("d2", "2", TargetWorld.Sha2, percent: 20);
        await DeployAsync(canary);
        _world.End("approval-2", stopsTraffic: false);
        var applied = _cluster.Applied;
        Assert.Equal("delivery.not_approved", (await Target.ShiftAsync(TargetWorld.Ann, canary, 50, Cancel)).Failure?.Code);
        Assert.Equal("delivery.not_approved", (await Target.DeployAsync(TargetWorld.Ann, canary with { DeliveryId = "d3", Name = "another" }, new("", new Dictionary<string, string>()), Cancel)).Failure?.Code);
        Assert.Equal(applied, _cluster.Applied);
        Assert.True((await Target.ShiftAsync(TargetWorld.Ann, canary, 10, Cancel)).Succeeded);
    }

    private void Ready(bool canary = false)
    {
        var conditions = new JsonArray(new JsonObject { ["type"] = "Ready", ["status"] = "True" });
        if (canary)
            conditions.Add(new JsonObject { ["type"] = "CanaryPredictorReady", ["status"] = "True" });
        _cluster.SetStatus("models", "churn", new JsonObject { ["url"] = "http://churn.models", ["conditions"] = conditions });
    }

    private JsonObject Live() => _cluster.Find("models", "churn")!;

    private async ValueTask<ReleaseState> DeployAsync(ReleaseOrder order)
    {
        var deployed = await Target.DeployAsync(TargetWorld.Ann, order, new("", new Dictionary<string, string>()), Cancel);
        Assert.True(deployed.Succeeded, deployed.Failure?.Message);
        return deployed.Value;
    }

    private async ValueTask<ReleaseState> LookAsync(ReleaseOrder order) => (await Target.LookAsync(TargetWorld.Ann, order, Cancel)).Value;
}
