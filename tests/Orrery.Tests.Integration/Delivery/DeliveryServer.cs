using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Asks a server for deliveries.</summary>
internal sealed class DeliveryServer(ServerProcess server)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Posts a body, and gives status, text and Location.</summary>
    public async Task<(int Status, string Body, string? Location)> PostAsync(string path, string body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var answer = await server.Client.SendAsync(request, Cancel);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel), answer.Headers.Location?.OriginalString);
    }

    /// <summary>Begins one by the long form; its id.</summary>
    public async Task<string> StartAsync(string body)
    {
        var (status, text, _) = await PostAsync("/api/v1/deliveries", body);
        Assert.True(status == 202, $"{status}: {text}");
        return (string)JsonNode.Parse(text)!["id"]!;
    }

    public async Task<JsonNode> GetAsync(string id) => (await server.Client.GetFromJsonAsync<JsonNode>($"/api/v1/deliveries/{id}", Cancel))!;

    /// <summary>Waits until it stands as asked for.</summary>
    public async Task<JsonNode> UntilAsync(string id, Func<JsonNode, bool> holds)
    {
        JsonNode? found = null;
        await Eventually.HoldsAsync($"delivery {id}", async () => holds(found = await GetAsync(id)), () => found?.ToJsonString() ?? "nothing");
        return found!;
    }

    public Task<JsonNode> EndAsync(string id) => UntilAsync(id, static one => (string)one["state"]! is not ("queued" or "running" or "waiting"));

    /// <summary><c>validate passed</c> and so on.</summary>
    public static IEnumerable<string> Stages(JsonNode delivery) => delivery["stages"]!.AsArray().Select(static stage => $"{stage!["name"]} {stage["state"]}");
}
