using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>What tests of the feature store do with a server, each in a project of its own.</summary>
internal sealed class FeatureServer(ServerProcess server, string project)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ServerProcess Server => server;

    public async Task UploadAsync(string path, string csv)
    {
        using var content = new StringContent(csv, Encoding.UTF8, "text/csv");
        using var answer = await server.Client.PutAsync($"/api/v1/features/files/{project}/{path}", content, Cancel);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }

    public async Task ApplyAsync(string yaml)
    {
        using var content = new StringContent(yaml, Encoding.UTF8, "application/yaml");
        using var answer = await server.Client.PostAsync($"/api/v1/features/projects/{project}/apply", content, Cancel);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }

    /// <summary>Starts a materialization and waits for its end.</summary>
    public async Task<JsonElement> MaterializeAsync(string body = "{}")
    {
        var started = await PostAsync("materialize", body);
        return await EndAsync(started.GetProperty("runs")[0].GetProperty("id").GetString()!);
    }

    public async Task<JsonElement> EndAsync(string run)
    {
        JsonElement found = default;
        await Eventually.HoldsAsync("the materialization ends", async () =>
        {
            found = await GetAsync($"materializations/{run}");
            return found.GetProperty("state").GetString() is "succeeded" or "failed" or "cancelled";
        }, () => found.GetRawText());
        return found;
    }

    public Task<JsonElement> GetAsync(string path) => ReadAsync(server.Client.GetAsync($"/api/v1/features/projects/{project}/{path}", Cancel));

    public async Task<JsonElement> PostAsync(string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        return await ReadAsync(server.Client.PostAsync($"/api/v1/features/projects/{project}/{path}", content, Cancel));
    }

    public async Task<(int Status, JsonElement Body)> TryPostAsync(string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await server.Client.PostAsync($"/api/v1/features/projects/{project}/{path}", content, Cancel);
        return ((int)answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel));
    }

    /// <summary>Online values of one feature of entities named by their first key.</summary>
    public async Task<string[]> OnlineAsync(string feature, string key, params string[] entities)
    {
        var body = JsonSerializer.Serialize(new { features = new[] { feature }, entities = new Dictionary<string, string[]> { [key] = entities } });
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        var answer = await ReadAsync(server.Client.PostAsync($"/feast/{project}/get-online-features", content, Cancel));
        var column = answer.GetProperty("results")[1];
        return [.. column.GetProperty("values").EnumerateArray().Zip(column.GetProperty("statuses").EnumerateArray(), static (value, status) =>
            status.GetString() is "PRESENT" ? value.ToString() : status.GetString()!)];
    }

    public async Task PushAsync(string source, string frame)
    {
        using var content = new StringContent($$"""{"push_source_name":"{{source}}","df":{{frame}},"to":"online_and_offline"}""", Encoding.UTF8, "application/json");
        using var answer = await server.Client.PostAsync($"/feast/{project}/push", content, Cancel);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }

    private static async Task<JsonElement> ReadAsync(Task<HttpResponseMessage> request)
    {
        using var answer = await request;
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
        return await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel);
    }
}
