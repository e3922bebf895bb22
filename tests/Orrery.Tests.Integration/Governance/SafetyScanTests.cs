using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>A hostile version is scanned when it is registered, and refused wherever it would be loaded, on a server with SQLite.</summary>
public sealed class SafetyScanTests(SafetyScanServer fixture) : IClassFixture<SafetyScanServer>
{
    private const string Sklearn = "flavors:\n  sklearn:\n    pickled_model: model.pkl\n    serialization_format: cloudpickle\n";

    private readonly ServerProcess _process = fixture.Process;
    private readonly ServingServer _server = new(fixture.Process);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Canary => Path.Combine(fixture.Folder, "canary");

    // posix.system("touch canary"), as protocol 0 says it.
    private byte[] Evil => Encoding.ASCII.GetBytes($"cposix\nsystem\n(S'touch {Canary}'\ntR.");

    [Fact]
    public async Task A_hostile_version_is_refused_at_registration_deployment_promotion_and_evaluation_and_nothing_of_it_runs()
    {
        var version = await _server.RegisterAsync("evil", ("MLmodel", Encoding.UTF8.GetBytes(Sklearn)), ("model.pkl", Evil));
        JsonNode? scan = null;
        await Eventually.HoldsAsync("it is scanned without being asked for", async () =>
        {
            scan = (await _process.Client.GetFromJsonAsync<JsonNode>("/api/v1/scans?model=evil", Cancel))!["scans"]?.AsArray().SingleOrDefault();
            return scan is not null;
        });
        Assert.Equal("refused", (string)scan!["verdict"]!);
        Assert.Contains(scan["findings"]!.AsArray(), static one => (string)one!["rule"]! == "pickle.import" && ((string)one["message"]!).Contains("posix.system", StringComparison.Ordinal));

        var (status, refused) = await _server.TryDeployAsync("production", "evil", ServingServer.Spec(ServingServer.Variant("evil", version)));
        AssertRefused(status, refused);
        var (asked, answer) = await _server.AskAsync($"/api/v1/models/evil/versions/{version}/predict", """{"instances": [[1]]}""");
        AssertRefused(asked, JsonNode.Parse(answer));
        var (batch, body) = await _server.AskAsync("/api/v1/batch-predictions", $$$"""{"model": "evil", "version": "{{{version}}}", "input": {"files": ["a.csv"]} }""");
        AssertRefused(batch, JsonNode.Parse(body));
        using var moved = await _process.Client.PostAsJsonAsync(
            "/api/2.0/mlflow/model-versions/transition-stage", new { name = "evil", version = $"{version}", stage = "Production", archive_existing_versions = false }, Cancel);
        Assert.False(moved.IsSuccessStatusCode);
        Assert.Contains("posix.system", await moved.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);

        var (code, output, errors) = await Mlops.RunAsync(_process, Cancel, "scan", "evil", $"{version}");
        Assert.Equal(4, code);
        Assert.Contains("pickle.import", output, StringComparison.Ordinal);
        Assert.Contains("is refused", errors, StringComparison.Ordinal);
        Assert.False(File.Exists(Canary));
    }

    [Fact]
    public async Task A_finding_can_be_accepted_with_a_reason_and_other_files_are_judged_anew()
    {
        var files = new[]
        {
            ("MLmodel", Encoding.UTF8.GetBytes("flavors:\n  onnx:\n    data: model.onnx\n")), ("model.onnx", OnnxModels.Logistic([1f, 2f], 0)),
            ("lib/ops.so", (byte[])[0x7f, 0x45, 0x4c, 0x46, 0, 0]), ("requirements.txt", "example-lib==1.5\nnumpy==1.24.2\n"u8.ToArray()),
        };
        var version = await _server.RegisterAsync("native", files);
        var scan = await ScanAsync("native", version);
        Assert.Equal("refused", (string)scan["verdict"]!);
        var library = Assert.Single(scan["findings"]!.AsArray(), static one => (bool)one!["refuses"]!)!;
        Assert.Equal(("file.executable", "lib/ops.so"), ((string)library["rule"]!, (string)library["path"]!));
        var weak = Assert.Single(scan["findings"]!.AsArray(), static one => (string)one!["rule"]! == "dependency.vulnerable")!;
        Assert.Equal(("OSV-TEST-1", "high", "example-lib 1.5 has the known weakness OSV-TEST-1; it is mended in 2.0"), ((string)weak["reference"]!, (string)weak["severity"]!, (string)weak["message"]!));
        AssertRefused((await _server.TryDeployAsync("production", "native", ServingServer.Spec(ServingServer.Variant("native", version)))).Status, null);

        var id = (string)scan["id"]!;
        Assert.Equal(HttpStatusCode.BadRequest, (await AcceptAsync(id, (string)library["fingerprint"]!, " ")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await AcceptAsync(id, "0000", "because")).Status);
        var (status, accepted) = await AcceptAsync(id, (string)library["fingerprint"]!, "built by us");
        Assert.Equal((HttpStatusCode.OK, "warnings"), (status, (string)accepted!["verdict"]!));
        await _server.DeployAsync("production", "native", ServingServer.Spec(ServingServer.Variant("native", version)));

        var bom = await _process.Client.GetFromJsonAsync<JsonNode>($"/api/v1/scans/{id}/sbom", Cancel);
        Assert.Equal("CycloneDX", (string)bom!["bomFormat"]!);
        Assert.Contains(bom["components"]!.AsArray(), static one => (string?)one!["purl"] == "pkg:pypi/example-lib@1.5");

        // The same files are the same package; others are not.
        var same = await _server.RegisterAsync("native", files);
        Assert.Equal(id, (string)(await ScanAsync("native", same))["id"]!);
        var other = await _server.RegisterAsync("native", [.. files, ("extra/run.exe", "MZ\0\0"u8.ToArray())]);
        Assert.Equal("refused", (string)(await ScanAsync("native", other))["verdict"]!);
        await Eventually.HoldsAsync("it is in the trail", async () =>
            (await _process.Client.GetStringAsync("/api/v1/audit/entries?action=scan.accept", Cancel)).Contains("scan.accept", StringComparison.Ordinal));
    }

    private static void AssertRefused(int status, JsonNode? body)
    {
        Assert.Equal(409, status);
        if (body is null)
            return;
        Assert.Equal("governance.scan_refused", (string?)body["code"]);
        Assert.Contains("posix.system", (string?)body["detail"], StringComparison.Ordinal);
    }

    private async Task<JsonNode> ScanAsync(string model, int version)
    {
        using var answer = await _process.Client.PostAsJsonAsync("/api/v1/scans", new { model, version = $"{version}" }, Cancel);
        var body = await answer.Content.ReadFromJsonAsync<JsonNode>(Cancel);
        Assert.True(answer.IsSuccessStatusCode, body?.ToJsonString());
        return body!;
    }

    private async Task<(HttpStatusCode Status, JsonNode? Body)> AcceptAsync(string scan, string fingerprint, string reason)
    {
        using var answer = await _process.Client.PostAsJsonAsync($"/api/v1/scans/{scan}/accept", new { fingerprint, reason }, Cancel);
        return (answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonNode>(Cancel));
    }
}
