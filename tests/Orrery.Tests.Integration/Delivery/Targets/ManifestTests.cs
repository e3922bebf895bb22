using System.Diagnostics;
using System.Text.Json.Nodes;
using Orrery.Contracts;
using Orrery.Delivery;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Generated manifests against the schemas of KServe and Argo CD, and through kubectl's kustomize.</summary>
public sealed class ManifestTests : IDisposable
{
    private static readonly string Checker = Repository.PathOf("tests", "Orrery.Testing", "Kubernetes");

    private readonly string _folder = Directory.CreateTempSubdirectory("orrery-manifests-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Every_file_is_valid_and_every_overlay_renders()
    {
        var rendered = new List<string>();
        foreach (var (mode, protocol, environment, replicas) in new (string, string, string, int?)[]
        {
            ("standard", "v2", "development", null), ("standard", "v1", "staging", 3), ("standard", "grpc-v2", "production", 1), ("knative", "v2", "production", 0),
        })
        {
            var settings = Settings(mode, protocol);
            var first = Order("d1", "1", environment, replicas);
            var manifest = Create(new(settings, first, "default", 100, null));
            rendered.AddRange(await RenderAsync(Files(settings, first, manifest), environment));
            var second = Order("d2", "2", environment, replicas);
            var canary = Create(new(settings, second, "default", 10, manifest));
            var files = Files(settings, second, canary);
            rendered.AddRange(await RenderAsync(files, environment));
            Assert.Equal(files, Files(settings, second, Create(new(settings, second, "default", 10, manifest))));
            var promoted = Create(new(settings, second, "default", 100, canary));
            rendered.AddRange(await RenderAsync(Files(settings, second, promoted), environment));
            Assert.Null(promoted["spec"]!["canary"]);
            Assert.Null(promoted["spec"]!["predictor"]!["canaryTrafficPercent"]);
        }

        // Compiling the schema takes long: once for all.
        var (code, said) = await RunAsync("node", [Path.Combine(Checker, "validate.js")], string.Join("---\n", rendered));
        Assert.True(code == 0, said);
        Assert.Equal("36 checked", said.Trim());
    }

    [Fact]
    public async Task A_manifest_says_what_is_promised()
    {
        var settings = Settings("standard", "v2");
        var files = Files(settings, Order("d1", "1", "production", 2), Create(new(settings, Order("d1", "1", "production", 2), "default", 100, null)));
        var shown = JsonNode.Parse(await KustomizeAsync(files, "production", json: true))!.AsArray().Single(static one => (string?)one!["kind"] == "InferenceService")!;
        var model = shown["spec"]!["predictor"]!["model"]!;
        Assert.Equal("serving.kserve.io/v1beta1", (string?)shown["apiVersion"]);
        Assert.Equal(("mlflow", "s3://models/churn/1"), ((string?)model["modelFormat"]!["name"], (string?)model["storageUri"]));
        Assert.Equal("""{"limits":{"cpu":"4","memory":"8Gi"},"requests":{"cpu":"1","memory":"2Gi"}}""", model["resources"]!.ToJsonString());
        Assert.Equal("""["sleep","120"]""", model["lifecycle"]!["preStop"]!["exec"]!["command"]!.ToJsonString());
        Assert.Equal("150", shown["spec"]!["predictor"]!["terminationGracePeriodSeconds"]!.ToString());
        Assert.Equal("risk", (string?)shown["metadata"]!["labels"]!["team"]);
        Assert.Equal("models", (string?)shown["metadata"]!["namespace"]);
    }

    [Fact]
    public async Task The_schema_refuses_what_it_does_not_know()
    {
        var manifest = Create(new(Settings("standard", "v2"), Order("d1", "1", "staging", 1), "default", 100, null));
        manifest["spec"]!["predictor"]!["minReplicaz"] = 1;
        var (code, said) = await RunAsync("node", [Path.Combine(Checker, "validate.js")], YamlText.Write(manifest));
        Assert.Equal(1, code);
        Assert.Contains("minReplicaz", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("terminationGracePeriodSeconds", "120", "must be more than the 120 s that preStop sleeps")]
    [InlineData("maxReplicas", "1", "more than maxReplicas")]
    [InlineData("scaleMetric", "\"rps\"", "without Knative it must be cpu or memory")]
    [InlineData("canaryTrafficPercent", "10", "is ignored without Knative")]
    [InlineData("sklearn", "{}", "exactly one must be specified")]
    [InlineData("logger", "{}", "it must be all, request or response")]
    public void What_kserve_would_refuse_is_refused_before(string field, string value, string why)
    {
        var manifest = Create(new(Settings("standard", "v2"), Order("d1", "1", "staging", 2), "default", 100, null));
        Assert.Empty(ManifestRules.Problems(manifest));
        manifest["spec"]!["predictor"]![field] = JsonNode.Parse(value);
        Assert.Contains(ManifestRules.Problems(manifest), problem => problem.Contains(why, StringComparison.Ordinal));
    }

    [Fact]
    public void Texts_that_look_like_something_else_are_quoted_and_read_back_the_same()
    {
        var odd = new JsonObject { ["a"] = "1", ["b"] = "true", ["c"] = "no", ["d"] = "1e3", ["e"] = "x: y", ["f"] = "", ["g"] = "ünï\n\"q\"", ["h"] = 5, ["i"] = new JsonArray(), ["j"] = "null", ["k"] = false, ["l"] = "- x" };
        var text = YamlText.Write(odd);
        Assert.Equal(odd.ToJsonString(), YamlFiles.ReadOne(text)!.ToJsonString());
        Assert.DoesNotContain('\r', text);
    }

    [Fact]
    public void Names_that_would_become_the_same_are_told_apart()
    {
        Assert.Equal("churn", KubeNames.Of("churn"));
        Assert.NotEqual(KubeNames.Of("Churn_A"), KubeNames.Of("churn-a"));
        Assert.Matches("^[a-z]([-a-z0-9]*[a-z0-9])?$", KubeNames.Of("9_Modell für alle " + new string('x', 300)));
    }

    private static KserveSettings Settings(string mode, string protocol) => new()
    {
        Namespace = "models",
        StorageUri = "s3://models/{model}/{version}",
        Mode = mode,
        ProtocolVersion = protocol,
        Replicas = 2,
        MaxReplicas = 6,
        Team = "risk",
        CostCenter = "cc 42",
        ServiceAccount = "models",
        Git = new() { Url = "https://git.example.com/models.git", Path = "clusters" },
        Argo = new(),
    };

    private static ReleaseOrder Order(string delivery, string version, string environment, int? replicas) => new()
    {
        DeliveryId = delivery,
        Target = new() { Environment = environment, Kind = "kserve-git" },
        Name = "churn",
        Model = "churn",
        Version = version,
        ModelSha256 = new string('a', 64),
        Replicas = replicas,
        RequestedBy = "ann",
    };

    private static JsonObject Create(ReleasePlan plan)
    {
        var created = ReleaseBuild.Create(plan);
        Assert.True(created.Succeeded, created.Failure?.Message);
        // As it is read from where it was written.
        return YamlFiles.ReadOne(YamlText.Write(created.Value))!;
    }

    private static SortedDictionary<string, string> Files(KserveSettings settings, ReleaseOrder order, JsonObject manifest) => ReleaseFiles.Create(new(settings, order, "default", 100, null), manifest);

    private async Task<List<string>> RenderAsync(SortedDictionary<string, string> files, string environment)
    {
        var rendered = await KustomizeAsync(files, environment);
        Assert.Contains("kind: NetworkPolicy", rendered, StringComparison.Ordinal);
        return [rendered, .. files.Where(static one => one.Key.Contains("argocd", StringComparison.Ordinal)).Select(static one => one.Value)];
    }

    private async Task<string> KustomizeAsync(SortedDictionary<string, string> files, string environment, bool json = false)
    {
        if (!Directory.Exists(Path.Combine(Checker, "node_modules")))
            Needed.Missing("eng/install-test-needs.sh installs what checks manifests.");
        foreach (var (path, text) in files)
        {
            var file = Path.Combine(_folder, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await File.WriteAllTextAsync(file, text, Cancel);
        }

        var (code, said) = await RunAsync(Kubectl(), ["kustomize", Path.Combine(_folder, "clusters", "churn", "overlays", environment)], null);
        Assert.True(code == 0, said);
        return json ? new JsonArray([.. YamlFiles.Read("", said).Documents.Select(static one => one!.DeepClone())]).ToJsonString() : said;
    }

    private static string Kubectl()
    {
        var own = Repository.PathOf("tests", "Orrery.Testing", "kubectl", "bin", "kubectl", "kubectl");
        if (File.Exists(own))
            return own;
        if (!(Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(static folder => File.Exists(Path.Combine(folder, "kubectl"))))
            Needed.Missing("There is no kubectl; eng/install-test-needs.sh installs one.");
        return "kubectl";
    }

    private static async Task<(int Code, string Said)> RunAsync(string program, string[] arguments, string? input)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(Cancel), process.StandardError.ReadToEndAsync(Cancel));
        if (input is not null)
            await process.StandardInput.WriteAsync(input.AsMemory(), Cancel);
        process.StandardInput.Close();
        await process.WaitForExitAsync(Cancel);
        return (process.ExitCode, process.ExitCode == 0 ? await output : await output + await errors);
    }
}
