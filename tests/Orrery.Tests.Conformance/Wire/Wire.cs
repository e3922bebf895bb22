using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Xunit;

namespace Orrery.Tests.Conformance;

/// <summary>
/// HTTP as an MLflow client speaks it, byte for byte: paths go out as written, bodies are JSON of any object (NaN and infinities
/// as strings), or text as it is.
/// </summary>
public sealed class Wire(HttpClient client, string prefix)
{
    private const string Api = "/api/2.0/mlflow/";

    private static readonly JsonSerializerOptions Json = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };
    private static readonly UriCreationOptions AsWritten = new() { DangerousDisablePathAndQueryCanonicalization = true };

    /// <summary>What stands before every path: <c>/w/{workspace}</c>, or nothing.</summary>
    public string Prefix => prefix;

    /// <summary>GET with a query; a parameter may come several times.</summary>
    public Task<Answer> GetAsync(string path, params (string Name, object Value)[] query) =>
        SendAsync(HttpMethod.Get, path + QueryOf(query));

    /// <summary>POST with a JSON body.</summary>
    public Task<Answer> PostAsync(string path, object? body) => SendAsync(HttpMethod.Post, path, body);

    /// <summary>PATCH with a JSON body.</summary>
    public Task<Answer> PatchAsync(string path, object? body) => SendAsync(HttpMethod.Patch, path, body);

    /// <summary>DELETE with a JSON body, as MLflow's clients send it.</summary>
    public Task<Answer> DeleteAsync(string path, object? body = null) => SendAsync(HttpMethod.Delete, path, body);

    /// <summary>Sends JSON.</summary>
    public Task<Answer> SendAsync(HttpMethod method, string path, object? body = null) =>
        SendAsync(method, path, body is null ? null : new StringContent(TextOf(body), Encoding.UTF8, "application/json"), null);

    /// <summary>Sends bytes, as an upload does.</summary>
    public Task<Answer> PutAsync(string path, byte[] bytes, string? contentType = null)
    {
        var content = new ByteArrayContent(bytes);
        if (contentType is not null)
            content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        return SendAsync(HttpMethod.Put, path, content, null);
    }

    /// <summary>Sends text under a content type, or under none.</summary>
    public Task<Answer> SendRawAsync(HttpMethod method, string path, string text, string? contentType)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(text));
        if (contentType is not null)
            content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        return SendAsync(method, path, content, null);
    }

    /// <summary>Sends whatever is left to say, with headers of the caller's.</summary>
    public async Task<Answer> SendAsync(HttpMethod method, string path, HttpContent? content, Action<HttpRequestHeaders>? headers)
    {
        var whole = prefix + (path.StartsWith('/') ? path : Api + path);
        using var request = new HttpRequestMessage(method, new Uri(client.BaseAddress!.GetLeftPart(UriPartial.Authority) + whole, AsWritten)) { Content = content };
        headers?.Invoke(request.Headers);
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        var bytes = await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        return new Answer($"{method} {whole}", response, bytes);
    }

    /// <summary>A query string with its question mark; empty without parameters.</summary>
    public static string QueryOf(params (string Name, object Value)[] query) => query.Length == 0
        ? ""
        : "?" + string.Join('&', query.Select(part => $"{Uri.EscapeDataString(part.Name)}={Uri.EscapeDataString(Convert.ToString(part.Value, CultureInfo.InvariantCulture)!)}"));

    private static string TextOf(object body) => body switch
    {
        string text => text,
        JsonNode node => node.ToJsonString(),
        _ => JsonSerializer.Serialize(body, Json),
    };
}
