using System.Text;
using System.Text.Json;

namespace Orrery.Tests.Integration;

/// <summary>A server's whole answer.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Body">As text.</param>
/// <param name="RetryAfter">The header, when there is one.</param>
internal sealed record Answer(int Status, string Body, string? RetryAfter)
{
    public JsonElement Json
    {
        get
        {
            using var document = JsonDocument.Parse(Body);
            return document.RootElement.Clone();
        }
    }

    public string? Message => Json.TryGetProperty("message", out var message) ? message.GetString() : null;
}

/// <summary>MLflow calls as raw as a bad day needs them.</summary>
internal static class Calls
{
    public const string Api = "api/2.0/mlflow/";
    public const string Files = "api/2.0/mlflow-artifacts/artifacts/";

    public static Task<Answer> PostAsync(this HttpClient client, string path, object body, CancellationToken cancel) =>
        client.SendJsonAsync(HttpMethod.Post, Api + path, JsonSerializer.Serialize(body), cancel);

    public static Task<Answer> GetAnswerAsync(this HttpClient client, string path, CancellationToken cancel) =>
        client.SendJsonAsync(HttpMethod.Get, path, json: null, cancel);

    public static Task<Answer> SendJsonAsync(this HttpClient client, HttpMethod method, string path, string? json, CancellationToken cancel) =>
        client.SendBytesAsync(method, path, json is null ? null : Encoding.UTF8.GetBytes(json), cancel);

    public static async Task<Answer> SendBytesAsync(this HttpClient client, HttpMethod method, string path, byte[]? body, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.Add("Content-Type", "application/json");
        }

        using var answer = await client.SendAsync(request, cancel);
        var retry = answer.Headers.TryGetValues("Retry-After", out var values) ? values.First() : null;
        return new((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(cancel), retry);
    }

    /// <summary>A new run's id.</summary>
    public static async Task<string> CreateRunAsync(this HttpClient client, CancellationToken cancel)
    {
        var made = await client.PostAsync("runs/create", new { experiment_id = "0", start_time = 1 }, cancel);
        return made.Json.GetProperty("run").GetProperty("info").GetProperty("run_id").GetString()!;
    }
}
