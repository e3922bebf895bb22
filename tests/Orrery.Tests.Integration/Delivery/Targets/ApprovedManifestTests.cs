using System.Text.Json.Nodes;
using Orrery.Contracts;
using Orrery.Delivery;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>What an approval covers of an InferenceService: what deliveries write, and nothing that could run besides.</summary>
public sealed class ApprovedManifestTests : IAsyncLifetime
{
    private readonly TargetWorld _world = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _world.InitializeAsync();
        await _world.SetAsync("production", _world.Settings());
    }

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task What_deliveries_write_is_covered_also_as_clusters_write_it_back()
    {
        foreach (var (protocol, mode, account) in new[] { ("v2", "standard", null), ("v1", "standard", "models"), ("grpc-v2", "knative", (string?)null) })
        {
            var settings = _world.Settings() with { ProtocolVersion = protocol, Mode = mode, ServiceAccount = account, Runtime = "kserve-mlserver" };
            var manifest = await ManifestAsync(settings, canary: mode == "standard");
            var rules = await RulesAsync(settings);
            Assert.Empty(ApprovedManifest.Problems(manifest, "production", rules));
            // Go writes fields without omitempty back empty, and appliers leave annotations.
            manifest["spec"]!["predictor"]!["model"]!["name"] ??= "";
            manifest["spec"]!["predictor"]!["model"]!["env"] = null;
            manifest["spec"]!["predictor"]!["containers"] = new JsonArray();
            manifest["metadata"]!["creationTimestamp"] = null;
            manifest["metadata"]!["labels"]!["app.kubernetes.io/instance"] = "churn-production";
            manifest["metadata"]!["annotations"]!["argocd.argoproj.io/tracking-id"] = "churn-production:serving.kserve.io/InferenceService:models/churn";
            manifest["metadata"]!["annotations"]!["kubectl.kubernetes.io/last-applied-configuration"] = "{}";
            manifest["status"] = new JsonObject();
            Assert.Empty(ApprovedManifest.Problems(manifest, "production", rules));
            // Numbers and places are people's.
            manifest["spec"]!["predictor"]!["minReplicas"] = 3;
            manifest["spec"]!["predictor"]!["nodeSelector"] = new JsonObject { ["disk"] = "ssd" };
            manifest["spec"]!["predictor"]!["model"]!["resources"]!["limits"]!["nvidia.com/gpu"] = "1";
            Assert.Empty(ApprovedManifest.Problems(manifest, "production", rules));
        }
    }

    [Theory]
    [InlineData("spec.predictor.model.lifecycle.postStart", """{"exec":{"command":["sh","-c","id"]}}""", "spec.predictor.model.lifecycle is not what")]
    [InlineData("spec.predictor.model.lifecycle.preStop.exec.command", """["sh","-c","id; sleep 120"]""", "spec.predictor.model.lifecycle is not what")]
    [InlineData("spec.predictor.model.lifecycle", "null", "spec.predictor.model.lifecycle is not what")]
    [InlineData("spec.predictor.model.readinessProbe", """{"exec":{"command":["id"]}}""", "spec.predictor.model.readinessProbe is not what")]
    [InlineData("spec.predictor.model.livenessProbe.httpGet.host", "\"evil.example.com\"", "spec.predictor.model.livenessProbe is not what")]
    [InlineData("spec.predictor.model.startupProbe.exec", """{"command":["id"]}""", "spec.predictor.model.startupProbe is not what")]
    [InlineData("spec.predictor.model.runtime", "\"kserve-torchserve\"", "spec.predictor.model.runtime is 'kserve-torchserve'; the target's is ''")]
    [InlineData("spec.predictor.model.modelFormat.name", "\"pytorch\"", "spec.predictor.model.modelFormat.name is 'pytorch'; the target's is 'mlflow'")]
    [InlineData("spec.predictor.model.modelFormat.version", "\"3\"", "spec.predictor.model.modelFormat.version chooses another runtime")]
    [InlineData("spec.predictor.model.protocolVersion", "\"v1\"", "spec.predictor.model.protocolVersion is 'v1'; the target's is 'v2'")]
    [InlineData("spec.predictor.model.storageUri", "\"s3://elsewhere/churn\"", "spec.predictor.model.storageUri is 's3://elsewhere/churn'")]
    [InlineData("spec.predictor.model.resources.claims", """[{"name":"device"}]""", "spec.predictor.model.resources.claims is not covered")]
    [InlineData("spec.predictor.model.image", "\"evil\"", "spec.predictor.model.image is not covered")]
    [InlineData("spec.predictor.model.name", "\"queue-proxy\"", "spec.predictor.model.name is 'queue-proxy'")]
    [InlineData("spec.predictor.model", "null", "spec.predictor.model is missing")]
    [InlineData("spec.predictor.annotations", """{"vault.hashicorp.com/agent-inject":"true"}""", "spec.predictor.annotations is not covered")]
    [InlineData("spec.predictor.labels", """{"sidecar.istio.io/inject":"true"}""", "spec.predictor.labels is not covered")]
    [InlineData("spec.predictor.serviceAccountName", "\"admin\"", "spec.predictor.serviceAccountName is 'admin'; the target's is ''")]
    [InlineData("spec.predictor.volumes", """[{"name":"x"}]""", "spec.predictor.volumes is not covered")]
    [InlineData("spec.transformer", """{"containers":[]}""", "spec.transformer runs what no approval covers")]
    [InlineData("spec.canary", """{"predictor":{}}""", "spec.canary is no list")]
    [InlineData("spec.canary", """[{"trafficPercent":5,"predictor":{"name":"v9","model":{}}}]""", "The annotation orrery.dev/canary-model is missing")]
    [InlineData("metadata.annotations.serving~kserve~io/storageSecretName", "\"mine\"", "metadata.annotations has serving.kserve.io/storageSecretName")]
    [InlineData("metadata.annotations.serving~kserve~io/deploymentMode", "\"ModelMesh\"", "serving.kserve.io/deploymentMode is 'ModelMesh'")]
    [InlineData("metadata.labels.sidecar~istio~io/inject", "\"true\"", "metadata.labels has sidecar.istio.io/inject")]
    public async Task What_could_run_something_else_is_refused(string path, string value, string why)
    {
        var manifest = await ManifestAsync(_world.Settings(), canary: false);
        var rules = await RulesAsync(_world.Settings());
        Assert.Empty(ApprovedManifest.Problems(manifest, "production", rules));
        var parts = path.Split('.').Select(static one => one.Replace('~', '.')).ToArray();
        JsonNode at = manifest;
        foreach (var part in parts[..^1])
            at = at[part]!;
        at[parts[^1]] = JsonNode.Parse(value);
        Assert.Contains(ApprovedManifest.Problems(manifest, "production", rules), problem => problem.Contains(why, StringComparison.Ordinal));
        // The same holds for the version that gets a share.
        if (!path.StartsWith("spec.predictor.model", StringComparison.Ordinal) || parts.Length < 4 || path.EndsWith("model.name", StringComparison.Ordinal))
            return;
        var both = await ManifestAsync(_world.Settings(), canary: true);
        at = both["spec"]!["canary"]![0]!;
        foreach (var part in parts[1..^1])
            at = at[part]!;
        at[parts[^1]] = JsonNode.Parse(value);
        Assert.Contains(ApprovedManifest.Problems(both, "production", rules), problem => problem.Contains("spec.canary[0]", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_cluster_is_told_yes_for_what_is_approved_and_no_for_all_else()
    {
        var manifest = await ManifestAsync(_world.Settings(), canary: false);
        Assert.Null(await RefusedAsync("CREATE", manifest));

        var changed = (JsonObject)manifest.DeepClone();
        changed["spec"]!["predictor"]!["model"]!["readinessProbe"] = JsonNode.Parse("""{"exec":{"command":["id"]}}""");
        Assert.Contains("readinessProbe is not what deliveries write", await RefusedAsync("UPDATE", changed, manifest), StringComparison.Ordinal);
        // What was there before, and is changed in nothing that runs, goes on.
        var touched = (JsonObject)changed.DeepClone();
        touched["metadata"]!["annotations"]!["argocd.argoproj.io/tracking-id"] = "x";
        touched["metadata"]!["finalizers"] = new JsonArray("inferenceservice.finalizers");
        Assert.Null(await RefusedAsync("UPDATE", touched, changed));
        touched["metadata"]!["annotations"]!["serving.kserve.io/storageSecretName"] = "mine";
        Assert.Contains("storageSecretName", await RefusedAsync("UPDATE", touched, changed), StringComparison.Ordinal);

        foreach (var (kind, version) in new[] { ("ServingRuntime", "v1alpha1"), ("TrainedModel", "v1alpha1"), ("InferenceGraph", "v1alpha1"), ("LLMInferenceService", "v1alpha1"), ("InferenceService", "v1alpha2") })
        {
            var other = new JsonObject { ["apiVersion"] = "serving.kserve.io/" + version, ["kind"] = kind, ["metadata"] = new JsonObject { ["name"] = "churn" }, ["spec"] = new JsonObject { ["a"] = 1 } };
            Assert.Contains($"a {kind} of serving.kserve.io/{version} runs what no approval covers", await RefusedAsync("CREATE", other), StringComparison.Ordinal);
            Assert.Null(await RefusedAsync("DELETE", other));
        }

        var rule = YamlFiles.ReadOne((await _world.Get<Targets>().GetAsync(TargetWorld.Ann, "production", Cancel)).Then(target => _world.Get<TargetOnceFiles>().Create(TargetWorld.Ann, target, "https://orrery")).Value.Files[TargetOnceFiles.Webhook])!["webhooks"]![0]!["rules"]![0]!;
        Assert.Equal(("*", "*", "serving.kserve.io"), ((string?)rule["resources"]![0], (string?)rule["apiVersions"]![0], (string?)rule["apiGroups"]![0]));
    }

    private async Task<string?> RefusedAsync(string operation, JsonObject manifest, JsonObject? before = null)
    {
        var request = new JsonObject { ["uid"] = "u1", ["operation"] = operation, ["name"] = "churn", ["namespace"] = "models", ["object"] = manifest.DeepClone(), ["oldObject"] = before?.DeepClone() };
        var review = new JsonObject { ["apiVersion"] = "admission.k8s.io/v1", ["kind"] = "AdmissionReview", ["request"] = request };
        var answer = (await _world.Get<Admissions>().ReviewAsync(TargetWorld.Ann, "production", review, Cancel)).Value;
        return (bool)answer["response"]!["allowed"]! ? null : (string)answer["response"]!["status"]!["message"]!;
    }

    private ValueTask<ApprovalRules> RulesAsync(KserveSettings settings) => _world.Get<ReleaseApproval>().RulesAsync(TargetWorld.Ann, settings, firstUse: true, Cancel);

    private async Task<JsonObject> ManifestAsync(KserveSettings settings, bool canary)
    {
        var first = await MadeAsync(settings, "d1", "1", TargetWorld.Sha1, 100, null);
        return canary ? await MadeAsync(settings, "d2", "2", TargetWorld.Sha2, 10, first) : first;
    }

    private async Task<JsonObject> MadeAsync(KserveSettings settings, string delivery, string version, string sha256, int percent, JsonObject? current)
    {
        var made = ReleaseBuild.Create(new(settings, await _world.OrderAsync(delivery, version, sha256), "default", percent, current));
        Assert.True(made.Succeeded, made.Failure?.Message);
        // As it is read from where it was written.
        return YamlFiles.ReadOne(YamlText.Write(made.Value))!;
    }
}
