using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orrery.Contracts;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>A server with identity whose production is governed, the people who decide there, and what they do. Its client speaks as <c>root</c>, who runs the platform.</summary>
public sealed class GovernedRoadServer : IAsyncDisposable
{
    public const string NotApproved = "serving.not_approved";
    public const string Password = "plum-tractor-97";

    // What each of them may decide on. Dan asks; rob holds two of the roles, and dan one himself.
    private static readonly (string Name, string[] Roles)[] People =
    [
        ("dan", ["data-scientist", "manager"]), ("tim", ["team-lead"]), ("max", ["manager"]), ("sue", ["senior-data-scientist"]), ("rob", ["manager", "senior-data-scientist"]),
        ("vera", ["vp-engineering"]), ("ada", ["ml-architect"]), ("pia", ["product-manager"]), ("leo", ["legal"]),
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("orrery-road-").FullName;

    private GovernedRoadServer(ServerProcess process)
    {
        Process = process;
        Models = new(process);
    }

    public ServerProcess Process { get; }

    internal ServingServer Models { get; }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string PasswordFile => Path.Combine(_folder, "password");

    public static async Task<GovernedRoadServer> StartAsync(params string[] arguments)
    {
        var process = await ServerProcess.StartAsync(
            ["--log-level", "Warning", .. arguments], new Dictionary<string, string> { ["Orrery__Serving__ApprovedEnvironments"] = "production" }, cancel: Cancel);
        var road = new GovernedRoadServer(process);
        await File.WriteAllTextAsync(road.PasswordFile, Password + "\n", Cancel);
        await road.OkAsync(null, "admin", "init", "--name", "root", "--password-file", road.PasswordFile);
        foreach (var (name, roles) in People)
        {
            await road.OkAsync("root", "people", "create", name, "--password-file", road.PasswordFile);
            foreach (var role in roles)
                await road.OkAsync("root", "access", "grant", name, role);
        }

        process.Client.DefaultRequestHeaders.Authorization = new("Basic", Basic("root"));
        return road;
    }

    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Has everybody have their roles in another workspace too.</summary>
    public async Task GrantInAsync(string workspace)
    {
        foreach (var (name, roles) in People)
        {
            foreach (var role in roles)
                await OkAsync("root", "access", "grant", name, role, "--workspace", workspace);
        }
    }

    /// <summary>Sends a request as somebody.</summary>
    public async Task<(int Status, string Body)> SendAsync(string name, HttpMethod method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        request.Headers.Authorization = new("Basic", Basic(name));
        using var answer = await Process.Client.SendAsync(request, Cancel);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }

    public async Task<JsonNode> ReadAsync(string name, HttpMethod method, string path, string? body = null)
    {
        var (status, text) = await SendAsync(name, method, path, body);
        Assert.True(status is >= 200 and < 300, $"{method} {path} as {name}: {status}: {text}");
        return text.Length == 0 ? new JsonObject() : JsonNode.Parse(text)!;
    }

    public Task<(int ExitCode, string Out, string Error)> RunAsync(string? name, params string[] arguments) => Mlops.RunAsync(
        Process, name is null ? null : new Dictionary<string, string> { ["MLFLOW_TRACKING_USERNAME"] = name, ["MLFLOW_TRACKING_PASSWORD"] = Password }, Cancel, arguments);

    public async Task<string> OkAsync(string? name, params string[] arguments)
    {
        var (code, output, errors) = await RunAsync(name, arguments);
        Assert.True(code == 0, $"{string.Join(' ', arguments)}: {code}\n{errors}\n{output}");
        return output;
    }

    /// <summary>Registers a version of two columns that answers 0 for equal ones; one of another bias has other files.</summary>
    internal async Task<int> RegisterAsync(string model, float bias = 0, string workspace = "")
    {
        await SendAsync("root", HttpMethod.Post, $"{workspace}/api/2.0/mlflow/registered-models/create", $$"""{"name":"{{model}}"}""");
        return await RegisterFilesAsync(model, null, workspace, Files(OnnxModels.Logistic([1f, -1f], bias)));
    }

    /// <summary>Files of a model with the columns tenure and charges.</summary>
    internal static (string Path, byte[] Content)[] Files(byte[] onnx) =>
    [
        ("model.onnx", onnx),
        ("MLmodel", Encoding.UTF8.GetBytes("flavors:\n  onnx:\n    data: model.onnx\nsignature:\n  inputs: '[{\"name\": \"tenure\", \"type\": \"float\"}, {\"name\": \"charges\", \"type\": \"float\"}]'\n")),
    ];

    /// <summary>Registers a version, which a run made or nobody says what, and waits until its files have been read.</summary>
    internal async Task<int> RegisterFilesAsync(string model, string? run, string workspace, params (string Path, byte[] Content)[] files)
    {
        var folder = Path.GetRandomFileName();
        foreach (var (path, content) in files)
        {
            using var body = new ByteArrayContent(content);
            using var put = await Process.Client.PutAsync($"{workspace}/api/2.0/mlflow-artifacts/artifacts/{folder}/{path}", body, Cancel);
            Assert.True(put.IsSuccessStatusCode, await put.Content.ReadAsStringAsync(Cancel));
        }

        var made = await MlflowAsync("model-versions/create", new { name = model, source = $"mlflow-artifacts:/{folder}", run_id = run ?? "" }, workspace);
        var version = int.Parse(made.GetProperty("model_version").GetProperty("version").GetString()!, CultureInfo.InvariantCulture);
        await Eventually.HoldsAsync($"the package of {model} {version}", async () =>
            (await SendAsync("root", HttpMethod.Get, $"{workspace}/api/v1/models/{model}/versions/{version}/package")).Status == (int)HttpStatusCode.OK);
        return version;
    }

    public async Task<JsonElement> MlflowAsync(string path, object body, string workspace = "")
    {
        using var answer = await Process.Client.PostAsJsonAsync($"{workspace}/api/2.0/mlflow/{path}", body, Cancel);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
        return await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel);
    }

    /// <summary>Answers for a model's risk so that it is <c>low</c> (0) or <c>medium</c> (18), with no trigger that the answers decide.</summary>
    public Task AnswerAsync(string model, string tier, string workspace = "")
    {
        var answers = new Dictionary<string, string>
        {
            ["financial_impact"] = "0",
            ["criticality"] = "none",
            ["people_affected"] = "0",
            ["autonomy"] = "no_decision",
            ["personal_data"] = "none",
            ["confidentiality"] = "public",
            ["regulated_domain"] = "none",
            ["prohibited_practice"] = "none",
            ["explanation_owed"] = "nobody",
            ["opacity"] = "transparent",
        };
        if (tier == "medium")
            (answers["financial_impact"], answers["people_affected"], answers["confidentiality"], answers["explanation_owed"]) = ("100000", "100000", "internal", "on_request");
        return ReadAsync("dan", HttpMethod.Put, $"{workspace}/api/v1/models/{model}/risk/answers", JsonSerializer.Serialize(new { answers, note = "for the road" }));
    }

    /// <summary>What <c>POST /api/v1/models/deploy</c> says to dan.</summary>
    public Task<(int Status, string Body)> DeployAsync(string model, int version, string stage = "prod") => SendAsync(
        "dan", HttpMethod.Post, "/api/v1/models/deploy", string.Create(CultureInfo.InvariantCulture, $$"""{"model_name":"{{model}}","model_version":"{{version}}","target_stage":"{{stage}}"}"""));

    /// <summary>The same where it succeeds, byte for byte; the delivery's id.</summary>
    public async Task<string> DeliverAsync(string model, int version, string stage = "prod")
    {
        var (status, text) = await DeployAsync(model, version, stage);
        Assert.True(status == 200, $"{status}: {text}");
        var id = (string)JsonNode.Parse(text)!["deployment_id"]!;
        Assert.Equal($$"""{"status":"success","deployment_id":"{{id}}"}""", text);
        return id;
    }

    internal Task<JsonNode> UntilAsync(string delivery, Func<JsonNode, bool> holds) => new DeliveryServer(Process).UntilAsync(delivery, holds);

    /// <summary>Waits until a delivery has ended well, with its nine stages in their order.</summary>
    internal async Task<JsonNode> SucceededAsync(string delivery, bool governed = true)
    {
        var ended = await new DeliveryServer(Process).EndAsync(delivery);
        Assert.True((string)ended["state"]! == "succeeded", ended.ToJsonString());
        Assert.Equal(
            ["validate passed", "security passed", "test passed", governed ? "approval passed" : "approval skipped", "build passed", "deploy passed", "smoke_test passed", "audit passed", "notify passed"],
            DeliveryServer.Stages(ended));
        var begins = ended["stages"]!.AsArray().Select(static stage => (long)stage!["started_at"]!).ToList();
        Assert.Equal(begins.Order(), begins);
        return ended;
    }

    /// <summary>Waits until a delivery waits for people; the approval it waits for.</summary>
    internal async Task<JsonNode> WaitingAsync(string delivery)
    {
        var waiting = await UntilAsync(delivery, static one => (string)one["state"]! is "waiting" or "failed" or "rejected" or "succeeded");
        Assert.True((string)waiting["state"]! == "waiting", waiting.ToJsonString());
        return await ApprovalAsync((string)waiting["approval_id"]!);
    }

    public Task<JsonNode> ApprovalAsync(string id, string workspace = "") => ReadAsync("dan", HttpMethod.Get, $"{workspace}/api/v1/approvals/{id}");

    /// <summary>Dan asks for an approval for production; its id.</summary>
    public async Task<string> RequestAsync(string model, int version, string workspace = "", int? waiverHours = null)
    {
        var asked = await ReadAsync("dan", HttpMethod.Post, $"{workspace}/api/v1/approvals", JsonSerializer.Serialize(new
        {
            model,
            version = version.ToString(CultureInfo.InvariantCulture),
            environment = "production",
            justification = "Better on the new season",
            emergency = waiverHours is not null,
            hours = waiverHours,
        }));
        return (string)asked["id"]!;
    }

    public Task<(int Status, string Body)> DecideAsync(string name, string id, string? role = null, string decision = "approve", string workspace = "") => SendAsync(
        name, HttpMethod.Post, $"{workspace}/api/v1/approvals/{id}/decisions", JsonSerializer.Serialize(new { decision, role, comment = "Seen." }));

    /// <summary>Some approve, one after another; the approval after the last.</summary>
    public async Task<JsonNode> ApproveAsync(string id, string[] names, string workspace = "")
    {
        foreach (var name in names)
        {
            var (status, text) = await DecideAsync(name, id, workspace: workspace);
            Assert.True(status == 200, $"{name}: {status}: {text}");
        }

        return await ApprovalAsync(id, workspace);
    }

    /// <summary>Has a version of medium risk approved by its two people; the approval.</summary>
    public async Task<JsonNode> ApprovedAsync(string model, int version, string workspace = "")
    {
        var approval = await ApproveAsync(await RequestAsync(model, version, workspace), ["max", "sue"], workspace);
        Assert.Equal("approved", (string)approval["state"]!);
        return approval;
    }

    /// <summary>A model of medium risk with version 1 approved and in production, and version 2 registered; the approval of version 1.</summary>
    public async Task<JsonNode> StandingAsync(string model)
    {
        await RegisterAsync(model);
        await RegisterAsync(model, 20);
        await AnswerAsync(model, "medium");
        var approval = await ApprovedAsync(model, 1);
        await SucceededAsync(await DeliverAsync(model, 1));
        return approval;
    }

    /// <summary>What production answers for a model.</summary>
    internal Task<(int Status, string Body)> AskAsync(string model) => Models.AskAsync($"/v1/models/{model}:predict", """{"instances":[{"tenure":3,"charges":3}]}""");

    /// <summary>The versions of which production consists, and its revision.</summary>
    public async Task<string> TrafficAsync(string model)
    {
        var now = await ReadAsync("root", HttpMethod.Get, $"/api/v1/deployments/production/{model}");
        return $"{now["revision"]}: " + string.Join(", ", now["spec"]!["variants"]!.AsArray().Select(static one => $"{one!["name"]} {one["version"]}"));
    }

    /// <summary>What a document about the deployment is refused with; fails when it is not.</summary>
    internal async Task<string> RefusedAsync(string model, params string[] variants)
    {
        var (status, body) = await Models.TryDeployAsync("production", model, ServingServer.Spec(variants));
        Assert.True(status == 403 && (string?)body!["code"] == NotApproved, $"{status}: {body}");
        return (string?)body["detail"] ?? body.ToJsonString();
    }

    internal static ApprovalToken Token(JsonNode approval) => ApprovalToken.Parse((string)approval["token"]!)!;

    private static string Basic(string name) => Convert.ToBase64String(Encoding.UTF8.GetBytes($"{name}:{Password}"));
}
