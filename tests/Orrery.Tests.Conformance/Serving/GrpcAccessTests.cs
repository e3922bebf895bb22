using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Conformance;

/// <summary>Who may call: the same over gRPC as over REST, told in statuses of gRPC.</summary>
public sealed class GrpcAccessTests
{
    private const string Password = "correct-horse-battery-staple";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Calls_need_a_token_that_may_predict_in_the_workspace()
    {
        var grpc = FreePort();
        await using var server = await ServerProcess.StartAsync(["--log-level", "Warning", "--grpc-urls", $"http://127.0.0.1:{grpc}"], cancel: Cancel);
        await SendAsync(server, null, "api/v1/admin/init", new { name = "root", password = Password });
        var admin = await TokenAsync(server, new { name = "all" });
        var reader = await TokenAsync(server, new { name = "reader", permissions = new[] { "serving.read" } });
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri($"http://127.0.0.1:{grpc}") };

        Assert.Equal("0", (await CallAsync(http, admin)).Status);
        var nobody = await CallAsync(http, null);
        Assert.Equal("16", nobody.Status);
        Assert.StartsWith("You are not authenticated.", nobody.Message, StringComparison.Ordinal);
        Assert.Equal("16", (await CallAsync(http, "orr_nonsense")).Status);
        Assert.Equal(("7", "This token is not good for serving.predict: it was made for serving.read."), await CallAsync(http, reader));
        Assert.Equal("5", (await CallAsync(http, admin, "nowhere")).Status);
        Assert.DoesNotContain("HTTP/2 is not enabled", server.StandardOutput + server.StandardError, StringComparison.Ordinal);

        // Over REST the refusal has the protocols' member too.
        foreach (var path in new[] { "/v2/models", "/v1/models", "/staging/v2/models/m/ready" })
        {
            using var answer = await server.Client.GetAsync(path, Cancel);
            var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel))!;

            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
            Assert.Equal((string)body["detail"]!, (string)body["error"]!);
        }
    }

    private static async Task<(string Status, string Message)> CallAsync(HttpClient http, string? token, string? workspace = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/inference.GRPCInferenceService/ServerLive")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(new byte[5]),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (workspace is not null)
            request.Headers.Add("x-orrery-workspace", workspace);
        using var answer = await http.SendAsync(request, Cancel);
        await answer.Content.ReadAsByteArrayAsync(Cancel);
        return answer.TrailingHeaders.TryGetValues("grpc-status", out var status) || answer.Headers.TryGetValues("grpc-status", out status)
            ? (status.Single(), answer.Headers.TryGetValues("grpc-message", out var message) ? Uri.UnescapeDataString(message.Single()) : "")
            : ("none", $"{(int)answer.StatusCode}");
    }

    private static async Task<string> TokenAsync(ServerProcess server, object token) => (string)(await SendAsync(server, "root", "api/v1/tokens", token))!["secret"]!;

    private static async Task<JsonNode?> SendAsync(ServerProcess server, string? name, string path, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        if (name is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{name}:{Password}")));
        using var answer = await server.Client.SendAsync(request, Cancel);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {(int)answer.StatusCode} {text}");
        return text.Length == 0 ? null : JsonNode.Parse(text);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
