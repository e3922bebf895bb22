using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Orrery.Storage;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Webhooks and packages over HTTP against the real server, on every database. Webhooks are of a workspace: each test has its own.</summary>
public abstract class RegistryServerBehaviour(RegistryServer registry)
{
    private readonly ServerProcess _server = registry.Process;
    private readonly string _workspace = "w" + Foreign.NewId()[16..];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_webhook_is_told_and_can_verify_who_tells()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        var made = await CreateWebhookAsync(receiver, "MODEL_VERSION", "CREATED", secret: "s3cret");
        Assert.Null(made["secret"]);
        Assert.DoesNotContain("s3cret", (await GetAsync("webhooks")).ToJsonString(), StringComparison.Ordinal);

        await PostAsync("registered-models/create", new { name = "m" });
        await PostAsync("model-versions/create", new { name = "m", source = "s3://b/x", run_id = "r", tags = new[] { new { key = "k", value = "v" } } });

        var call = Assert.Single(await CallsAsync(receiver, 1));
        var signed = $"{call.Headers["X-MLflow-Delivery-Id"]}.{call.Headers["X-MLflow-Timestamp"]}.{call.Body}";
        Assert.Equal("v1," + Convert.ToBase64String(HMACSHA256.HashData("s3cret"u8, Encoding.UTF8.GetBytes(signed))), call.Headers["X-MLflow-Signature"]);
        var body = JsonNode.Parse(call.Body)!;
        Assert.Equal(("model_version", "created"), ((string)body["entity"]!, (string)body["action"]!));
        Assert.Equal("""{"name":"m","version":"1","source":"s3://b/x","run_id":"r","tags":{"k":"v"},"description":null}""", body["data"]!.ToJsonString());
        Assert.Equal("application/json", call.Headers["Content-Type"]);
    }

    [Fact]
    public async Task A_receiver_that_stumbles_is_told_again_and_one_that_refuses_is_not()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Answer = static (call, path) => path == "/refuses" ? Results.StatusCode(400) : Results.StatusCode(call < 4 ? 503 : 200);
        // The server counts the calls of all tests.
        string[] outcomes = ["retry", "failed", "delivered"];
        var before = new Dictionary<string, double>();
        foreach (var outcome in outcomes)
            before[outcome] = await CountAsync(outcome);
        await CreateWebhookAsync(receiver, "REGISTERED_MODEL", "CREATED", path: "/refuses");
        await CreateWebhookAsync(receiver, "REGISTERED_MODEL", "CREATED", path: "/stumbles");

        await PostAsync("registered-models/create", new { name = "m" });
        await Eventually.HoldsAsync("three calls of the one that stumbles", () => receiver.Calls.Count(static c => c.Path == "/stumbles") >= 3);
        await PostAsync("registered-models/create", new { name = "n" });
        await Eventually.HoldsAsync("the next event", () => receiver.Calls.Count(static c => c.Path == "/refuses") == 2);

        var stumbled = receiver.Calls.Where(static c => c.Path == "/stumbles").Take(3).ToArray();
        Assert.Single(stumbled.Select(static c => c.Headers["X-MLflow-Delivery-Id"]).Distinct());
        Assert.DoesNotContain("X-MLflow-Signature", stumbled[0].Headers.Keys);
        foreach (var outcome in outcomes)
            await Eventually.HoldsAsync($"a call with the outcome {outcome} is on the page of metrics", async () => await CountAsync(outcome) > before[outcome]);
    }

    [Fact]
    public async Task Aliases_and_tags_are_told_and_disabled_webhooks_are_not()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        var first = await CreateWebhookAsync(receiver, "MODEL_VERSION_ALIAS", "CREATED", path: "/alias");
        await CreateWebhookAsync(receiver, "MODEL_VERSION_TAG", "SET", path: "/tag");
        await PostAsync("registered-models/create", new { name = "m" });
        await PostAsync("model-versions/create", new { name = "m", source = "s3://b/x" });
        await PostAsync("registered-models/alias", new { name = "m", alias = "champion", version = "1" });
        await CallsAsync(receiver, 1);
        await SendAsync(HttpMethod.Patch, $"webhooks/{(string)first["webhook_id"]!}", new { status = "DISABLED" });
        await PostAsync("registered-models/alias", new { name = "m", alias = "challenger", version = "1" });
        await PostAsync("model-versions/set-tag", new { name = "m", version = "1", key = "k", value = "v" });

        var calls = await CallsAsync(receiver, 2);

        Assert.Equal(["/alias", "/tag"], calls.Select(static c => c.Path));
        Assert.Equal("""{"name":"m","alias":"champion","version":"1"}""", JsonNode.Parse(calls[0].Body)!["data"]!.ToJsonString());
        Assert.Equal("""{"name":"m","version":"1","key":"k","value":"v"}""", JsonNode.Parse(calls[1].Body)!["data"]!.ToJsonString());
    }

    [Fact]
    public async Task A_test_says_what_the_receiver_answered()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Answer = static (_, path) => path == "/moved" ? Results.Redirect("/elsewhere") : Results.Text(new string('x', 100_000));
        var good = await CreateWebhookAsync(receiver, "PROMPT", "CREATED");
        var moved = await CreateWebhookAsync(receiver, "MODEL_VERSION_TAG", "DELETED", path: "/moved");

        var result = (await PostAsync($"webhooks/{(string)good["webhook_id"]!}/test", new { }))["result"]!;
        Assert.True((bool)result["success"]!);
        Assert.Equal((200, 4096), ((int)result["response_status"]!, ((string)result["response_body"]!).Length));

        result = (await PostAsync($"webhooks/{(string)moved["webhook_id"]!}/test", new { @event = new { entity = "MODEL_VERSION", action = "CREATED" } }))["result"]!;
        Assert.Equal(302, (int)result["response_status"]!);
        Assert.DoesNotContain(receiver.Calls, static c => c.Path == "/elsewhere");

        await receiver.DisposeAsync();
        result = (await PostAsync($"webhooks/{(string)good["webhook_id"]!}/test", new { }))["result"]!;
        Assert.False((bool)result["success"]!);
        Assert.StartsWith("Failed to test webhook:", (string)result["error_message"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_package_is_read_copied_moved_and_removed_with_its_version()
    {
        await PutAsync("9/model/MLmodel", "flavors:\n  onnx:\n    data: model.onnx\nsignature:\n  inputs: '[{\"name\": \"x\", \"type\": \"double\"}]'\n");
        await PutAsync("9/model/requirements.txt", "onnxruntime==1.17.0\n");
        await PutAsync("9/model/data/model.onnx", new string('m', 200_000));
        await PostAsync("registered-models/create", new { name = "team/churn" });
        await PostAsync("model-versions/create", new { name = "team/churn", source = "mlflow-artifacts:/9/model" });

        var package = await PackageAsync("team%2Fchurn", 1);

        Assert.Equal(("stored", null, 200_000 + 20 + 95), ((string)package["state"]!, (string?)package["problem"], (int)package["size"]!));
        Assert.Equal($"{_workspace}/models/team%2Fchurn/v1", (string)package["folder"]!);
        Assert.Equal(["MLmodel", "data/model.onnx", "requirements.txt"], package["files"]!.AsArray().Select(static f => (string)f!["path"]!));
        Assert.Equal("x", (string)package["document"]!["inputs"]![0]!["name"]!);
        Assert.Equal("onnxruntime==1.17.0", (string)package["document"]!["requirements"]![0]!);
        Assert.Equal(Hash(new string('m', 200_000)), (string)package["files"]![1]!["sha256"]!);
        Assert.Equal(["data/model.onnx", "MLmodel", "requirements.txt"], FilesBelow("team%2Fchurn/v1").Order(StringComparer.OrdinalIgnoreCase));
        await Eventually.HoldsAsync("the pointer", () => Latest("team%2Fchurn") is "{\"version\":1,\"folder\":\"v1\"}\n");

        await SendAsync(HttpMethod.Delete, "/api/2.0/mlflow-artifacts/artifacts/9/model/data/model.onnx", new { });
        await PostAsync("registered-models/rename", new { name = "team/churn", new_name = "churn" });
        await Eventually.HoldsAsync("the move", () => FilesBelow("churn/v1").Length == 3 && FilesBelow("team%2Fchurn/v1").Length == 0 && Latest("team%2Fchurn") is null);
        Assert.Equal((string)package["sha256"]!, (string)(await PackageAsync("churn", 1))["sha256"]!);

        await SendAsync(HttpMethod.Delete, "model-versions/delete", new { name = "churn", version = "1" });
        await Eventually.HoldsAsync("the removal", () => FilesBelow("churn/v1").Length == 0 && Latest("churn") is null);
    }

    [Fact]
    public async Task A_package_that_is_not_here_or_not_good_says_so()
    {
        await PutAsync("8/bad/MLmodel", "a: &a [*a]");
        await PostAsync("registered-models/create", new { name = "m" });
        await PostAsync("model-versions/create", new { name = "m", source = "s3://b/x" });
        await PostAsync("model-versions/create", new { name = "m", source = "mlflow-artifacts:/8/none" });
        await PostAsync("model-versions/create", new { name = "m", source = "mlflow-artifacts:/8/bad" });

        Assert.Equal("external", (string)(await PackageAsync("m", 1))["state"]!);
        Assert.Equal("missing", (string)(await PackageAsync("m", 2))["state"]!);
        var bad = await PackageAsync("m", 3);
        Assert.Equal("stored", (string)bad["state"]!);
        Assert.Contains("anchors and aliases are not taken", (string)bad["problem"]!, StringComparison.Ordinal);
        using var none = await _server.Client.GetAsync(new Uri($"w/{_workspace}/api/v1/models/m/versions/4/package", UriKind.Relative), Cancel);
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
        Assert.Equal("registry.version_not_found", (string)(await none.Content.ReadFromJsonAsync<JsonNode>(Cancel))!["code"]!);

        await PutAsync("8/none/MLmodel", "flavors: {}");
        using var again = await _server.Client.PostAsync(new Uri($"w/{_workspace}/api/v1/models/m/versions/2/package/read", UriKind.Relative), content: null, Cancel);
        Assert.Equal(HttpStatusCode.Accepted, again.StatusCode);
        await Eventually.HoldsAsync("the second reading", async () => (string)(await PackageAsync("m", 2))["state"]! == "stored");
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static async Task<WebhookCall[]> CallsAsync(WebhookReceiver receiver, int count)
    {
        await Eventually.HoldsAsync($"{count} calls", () => receiver.Calls.Count >= count);
        return [.. receiver.Calls];
    }

    private async Task<double> CountAsync(string outcome)
    {
        var name = $"orrery_registry_webhooks_duration_seconds_count{{outcome=\"{outcome}\"}} ";
        var line = (await _server.Client.GetStringAsync(new Uri("metrics", UriKind.Relative))).Split('\n').SingleOrDefault(one => one.StartsWith(name, StringComparison.Ordinal));
        return line is null ? 0 : double.Parse(line[name.Length..], CultureInfo.InvariantCulture);
    }

    private string ModelFolder(string path) => Path.Combine(_server.DataDir, "blobs", _workspace, "models", path);

    // The server may take a folder away while it is looked at.
    private string[] FilesBelow(string path)
    {
        try
        {
            return [.. Directory.EnumerateFiles(ModelFolder(path), "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(ModelFolder(path), file))];
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }

    private string? Latest(string model)
    {
        try
        {
            return File.ReadAllText(ModelFolder($"{model}/latest"));
        }
        catch (IOException gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private async Task<JsonNode> PackageAsync(string model, int version)
    {
        JsonNode? package = null;
        await Eventually.HoldsAsync($"the package of {model} {version}", async () =>
        {
            using var answer = await _server.Client.GetAsync(new Uri($"w/{_workspace}/api/v1/models/{model}/versions/{version}/package", UriKind.Relative), Cancel);
            if (answer.StatusCode is not HttpStatusCode.OK)
                return false;
            package = await answer.Content.ReadFromJsonAsync<JsonNode>(Cancel);
            return true;
        });
        return package!;
    }

    private async Task<JsonNode> CreateWebhookAsync(WebhookReceiver receiver, string entity, string action, string? secret = null, string path = "/hook") =>
        (await PostAsync("webhooks", new { name = "w", url = new Uri(receiver.Address, path), secret, events = new[] { new { entity, action } } }))["webhook"]!;

    private async Task PutAsync(string path, string content)
    {
        using var body = new StringContent(content);
        using var answer = await _server.Client.PutAsync(new Uri($"w/{_workspace}/api/2.0/mlflow-artifacts/artifacts/{path}", UriKind.Relative), body, Cancel);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private Task<JsonNode> GetAsync(string path) => SendAsync(HttpMethod.Get, path, body: null);

    private Task<JsonNode> PostAsync(string path, object body) => SendAsync(HttpMethod.Post, path, body);

    private async Task<JsonNode> SendAsync(HttpMethod method, string path, object? body)
    {
        using var request = new HttpRequestMessage(method, new Uri($"/w/{_workspace}" + (path[0] == '/' ? path : "/api/2.0/mlflow/" + path), UriKind.Relative))
        {
            Content = body is null ? null : JsonContent.Create(body, options: JsonSerializerOptions.Web),
        };
        using var answer = await _server.Client.SendAsync(request, Cancel);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.IsSuccessStatusCode, $"{method} {path}: {(int)answer.StatusCode} {text}");
        return JsonNode.Parse(text)!;
    }
}

public sealed class RegistryServerOnSqlite(RegistryServerWithSqlite server) : RegistryServerBehaviour(server), IClassFixture<RegistryServerWithSqlite>;

public sealed class RegistryServerOnPostgres(RegistryServerWithPostgres server) : RegistryServerBehaviour(server), IClassFixture<RegistryServerWithPostgres>;
