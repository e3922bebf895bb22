using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Orrery.Inference;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>A server that has another answer for its deployments, over V1 and V2, with V1, V2 and gRPC in front.</summary>
public sealed class RemoteServingTests(RemoteServingTests.Pair pair) : IClassFixture<RemoteServingTests.Pair>, IDisposable
{
    private const string Rows = """{"instances": [{"tenure": 3, "charges": 3}, {"charges": -20, "tenure": 20}]}""";
    private const string Tensor = """{"id": "7", "inputs": [{"name": "features", "shape": [2, 2], "datatype": "FP32", "data": [3, 3, 20, -20]}]}""";

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private ServingServer Front => pair.FrontServing;

    public void Dispose() => _http.Dispose();

    [Fact]
    public async Task V2_behind_answers_as_the_model_itself_does_to_v1_v2_and_grpc()
    {
        await Front.DeployAsync("production", "over-v2", pair.Spec("v2"));

        var metadata = await pair.Front.Client.GetFromJsonAsync<JsonNode>("/v2/models/over-v2", Cancel);
        Assert.Equal(("onnx_onnxv1", "FP32", "[-1,2]"), ((string)metadata!["platform"]!, (string)metadata["inputs"]![0]!["datatype"]!, metadata["inputs"]![0]!["shape"]!.ToJsonString()));

        var own = await pair.BackServing.AskAsync("/staging/v2/models/lr/infer", Tensor);
        var (status, answer) = await Front.AskAsync("/v2/models/over-v2/infer", Tensor);
        Assert.Equal(200, status);
        Assert.Equal(JsonNode.Parse(own.Body)!["outputs"]!.ToJsonString(), JsonNode.Parse(answer)!["outputs"]!.ToJsonString());
        Assert.Equal(("over-v2", "7"), ((string)JsonNode.Parse(answer)!["model_name"]!, (string)JsonNode.Parse(answer)!["id"]!));

        Assert.Equal((200, """{"predictions":[{"label":0,"probabilities":[0.5,0.5]},{"label":1,"probabilities":[0,1]}]}"""), await Front.AskAsync("/v1/models/over-v2:predict", Rows));

        var (grpc, reply) = await InferAsync("over-v2");
        Assert.Equal(("0", "label", "probabilities"), (grpc, reply!.Outputs[0].Name, reply.Outputs[1].Name));
        Assert.Equal([0.5f, 0.5f, 0f, 1f], reply.Outputs[1].Contents.Fp32Contents);
    }

    [Fact]
    public async Task V1_behind_answers_and_a_wrong_request_is_told_by_the_endpoint()
    {
        await Front.DeployAsync("production", "over-v1", pair.Spec("v1"));

        Assert.Equal((200, """{"predictions":[{"label":0,"probabilities":[0.5,0.5]},{"label":1,"probabilities":[0,1]}]}"""), await Front.AskAsync("/v1/models/over-v1:predict", Rows));
        var (grpc, reply) = await InferAsync("over-v1");
        Assert.Equal("0", grpc);
        Assert.Equal([0.5, 0.5, 0, 1], reply!.Outputs[1].Contents.Fp64Contents);

        // Rows of no length are seen by the endpoint alone.
        await Front.DeployAsync("production", "unsigned", pair.Spec("v1", model: "unsigned"));
        var (status, refused) = await Front.AskAsync("/v1/models/unsigned:predict", """{"instances": [[1, 2, 3]]}""");
        Assert.Equal(400, status);
        Assert.Contains($"{pair.Back.BaseAddress.Authority} refuses the request (400): ", refused, StringComparison.Ordinal);
        Assert.Contains("has the shape [1,3]; the model wants [-1,2]", refused, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_remote_shadow_is_compared_and_the_answers_are_logged()
    {
        await Front.RegisterOnnxAsync("local", OnnxModels.Logistic([1f, -1f], 0), "tenure", "charges");
        await Front.DeployAsync(
            "production", "shadowed",
            $$"""{"variants": [{{ServingServer.Variant("local", 1)}}, {"name": "shadow", "model": "far", "version": "1", "shadow": true, "remote": {{pair.Remote("v2")}}}], "log": {} }""");

        Assert.Equal(200, (await Front.AskAsync("/v1/models/shadowed:predict", Rows)).Status);

        var page = "";
        await Eventually.HoldsAsync("the shadow was compared", async () =>
        {
            page = await pair.Front.Client.GetStringAsync("/metrics", Cancel);
            return page.Split('\n').Any(static line => line.StartsWith("model_shadow_labels_total{", StringComparison.Ordinal)
                && line.Contains("deployment=\"shadowed\"", StringComparison.Ordinal) && line.Contains("result=\"equal\"", StringComparison.Ordinal) && line.EndsWith(" 2", StringComparison.Ordinal));
        }, () => page);
        Assert.Contains($"model_remote_tries_total{{endpoint=\"{pair.Back.BaseAddress.Authority}\",model=\"far\",outcome=\"ok\",version=\"1\",workspace=\"1\"}}", page, StringComparison.Ordinal);
        Assert.Contains("model_remote_circuit_open{", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_wrong_with_an_endpoint_is_told_when_it_is_deployed()
    {
        var (status, refused) = await Front.TryDeployAsync("staging", "nowhere", pair.Spec("v2").Replace("127.0.0.1", "169.254.169.254", StringComparison.Ordinal));
        Assert.Equal((400, "serving.remote_not_allowed"), (status, (string)refused!["code"]!));

        (status, refused) = await Front.TryDeployAsync("staging", "nowhere", pair.Spec("v3"));
        Assert.Equal((400, "The protocol is 'v3'; it must be v1 or v2."), (status, (string)refused!["detail"]!));

        await Front.TryDeployAsync("staging", "unknown", pair.Spec("v2", there: "no-such"));
        JsonNode? found = null;
        await Eventually.HoldsAsync("it failed", async () =>
        {
            found = await pair.Front.Client.GetFromJsonAsync<JsonNode>("/api/v1/deployments/staging/unknown", Cancel);
            return (string)found!["state"]! == "failed";
        });
        Assert.Equal($"{pair.Back.BaseAddress.Authority} does not know the model (404): Model with name no-such does not exist.", (string)found!["nodes"]![0]!["reason"]!);
    }

    [Fact]
    public async Task An_endpoint_that_is_gone_is_a_bad_gateway_and_unavailable_in_grpc()
    {
        await using var back = await ServerProcess.StartAsync(cancel: Cancel);
        var serving = new ServingServer(back);
        await serving.RegisterOnnxAsync("lr", OnnxModels.Logistic([1f, -1f], 0), "tenure", "charges");
        await serving.DeployAsync("staging", "lr", ServingServer.Spec(ServingServer.Variant("lr", 1)));
        await Front.DeployAsync("production", "orphan", pair.Spec("v2").Replace(pair.Back.BaseAddress.Authority, back.BaseAddress.Authority, StringComparison.Ordinal));
        Assert.Equal(200, (await Front.AskAsync("/v2/models/orphan/infer", Tensor)).Status);

        await back.KillAsync(Cancel);

        var (status, body) = await Front.AskAsync("/v2/models/orphan/infer", Tensor);
        Assert.Equal((502, $$"""{"error":"{{back.BaseAddress.Authority}} takes no connections."}"""), (status, body));
        Assert.Equal("14", (await InferAsync("orphan")).Status);
    }

    [Fact]
    public async Task A_file_deploys_a_remote_version_by_the_command_line()
    {
        var folder = Directory.CreateTempSubdirectory("orrery-remote-");
        try
        {
            var file = Path.Combine(folder.FullName, "deployment.yaml");
            await File.WriteAllTextAsync(file, $$"""
                name: filed
                environment: staging
                variants:
                  - name: stable
                    model: far
                    version: 1
                    weight: 1
                    remote:
                      url: {{pair.Back.BaseAddress}}staging
                      protocol: v2
                      model: lr
                      retries: 1
                      headers: { X-Key: spoken }
                limits: { per_token: { requests_per_second: 100, concurrency: 10 } }
                """, Cancel);

            var (code, _, error) = await Mlops.RunAsync(pair.Front, Cancel, "deploy", "-f", file);
            Assert.True(code == 0, error);
            var (shown, text, _) = await Mlops.RunAsync(pair.Front, Cancel, "deployments", "show", "filed", "-e", "staging", "--file");
            Assert.Equal((0, "spoken"), (shown, (string)JsonNode.Parse(text)!["variants"]![0]!["remote"]!["headers"]!["X-Key"]!));
            Assert.DoesNotContain("s3cret", text, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        Assert.Equal(200, (await Front.AskAsync("/staging/v2/models/filed/infer", Tensor)).Status);
    }

    [Fact]
    public async Task A_caller_beyond_its_own_limit_is_refused_by_rest_and_grpc()
    {
        await Front.DeployAsync("production", "limited", pair.Spec("v2", more: """, "limits": {"per_token": {"requests_per_second": 0.01}}"""));
        Assert.Equal(200, (await Front.AskAsync("/v2/models/limited/infer", Tensor)).Status);

        using var content = new StringContent(Tensor, Encoding.UTF8, "application/json");
        using var refused = await pair.Front.Client.PostAsync("/v2/models/limited/infer", content, Cancel);
        Assert.Equal((HttpStatusCode.TooManyRequests, "1"), (refused.StatusCode, refused.Headers.RetryAfter?.ToString()));
        Assert.Contains("A caller may send 0.01 requests a second", await refused.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Equal("8", (await InferAsync("limited")).Status);
    }

    private async Task<(string Status, ModelInferResponse? Reply)> InferAsync(string model)
    {
        var request = new ModelInferRequest { ModelName = model };
        var input = new ModelInferRequest.Types.InferInputTensor { Name = "features", Datatype = "FP32", Contents = new InferTensorContents() };
        input.Shape.AddRange([2, 2]);
        input.Contents.Fp32Contents.AddRange([3, 3, 20, -20]);
        request.Inputs.Add(input);
        var message = request.ToByteArray();
        byte[] frame = [0, 0, 0, 0, 0, .. message];
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), (uint)message.Length);
        using var call = new HttpRequestMessage(HttpMethod.Post, $"http://{pair.GrpcAddress}/inference.GRPCInferenceService/ModelInfer")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(frame),
        };
        call.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        using var answer = await _http.SendAsync(call, Cancel);
        var body = await answer.Content.ReadAsByteArrayAsync(Cancel);
        return answer.Headers.TryGetValues("grpc-status", out var status)
            ? (status.Single(), null)
            : (answer.TrailingHeaders.GetValues("grpc-status").Single(), ModelInferResponse.Parser.ParseFrom(body.AsSpan(5)));
    }

    /// <summary>The server with the model, and the one in front of it, which has of the model only what the registry says.</summary>
    public sealed class Pair : IAsyncLifetime
    {
        public ServerProcess Back { get; private set; } = null!;

        public ServerProcess Front { get; private set; } = null!;

        public string GrpcAddress { get; } = $"127.0.0.1:{FreePort()}";

        internal ServingServer BackServing => new(Back);

        internal ServingServer FrontServing => new(Front);

        public async ValueTask InitializeAsync()
        {
            Back = await ServerProcess.StartAsync();
            await BackServing.RegisterOnnxAsync("lr", OnnxModels.Logistic([1f, -1f], 0), "tenure", "charges");
            await BackServing.DeployAsync("staging", "lr", ServingServer.Spec(ServingServer.Variant("lr", 1)));
            Front = await ServerProcess.StartAsync(["--grpc-urls", $"http://{GrpcAddress}"], new Dictionary<string, string>
            {
                ["Orrery__Serving__Remote__Hosts__0"] = "127.0.0.1",
                ["Orrery__Serving__Remote__Secrets__spoken__Value"] = "s3cret",
            });
            const string Lightgbm = "flavors:\n  lightgbm:\n    data: model.lgb\n";
            const string Signature = """signature: {inputs: '[{"name": "tenure", "type": "float"}, {"name": "charges", "type": "float"}]'}""";
            await FrontServing.RegisterAsync("far", ("MLmodel", Encoding.UTF8.GetBytes(Lightgbm + Signature + "\n")));
            await FrontServing.RegisterAsync("unsigned", ("MLmodel", Encoding.UTF8.GetBytes(Lightgbm)));
        }

        public async ValueTask DisposeAsync()
        {
            await Front.DisposeAsync();
            await Back.DisposeAsync();
        }

        internal string Remote(string protocol, string there = "lr") => $$"""{"url": "{{Back.BaseAddress}}staging", "protocol": "{{protocol}}", "model": "{{there}}"}""";

        internal string Spec(string protocol, string model = "far", string there = "lr", string more = "") =>
            $$"""{"variants": [{"name": "stable", "model": "{{model}}", "version": "1", "weight": 1, "remote": {{Remote(protocol, there)}}}]{{more}}}""";

        private static int FreePort()
        {
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            return ((IPEndPoint)listener.LocalEndpoint).Port;
        }
    }
}
