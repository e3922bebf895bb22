using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>What no text and no list of the native API may hold, in every field that its document names: a 400, never a 500.</summary>
public sealed class MalformedNativeTests(HostileServers servers) : IClassFixture<HostileServers>
{
    private const string Password = "plum-tractor-97";

    // Their bodies are whatever the sender likes, or nothing.
    private static readonly HashSet<string> Free = ["/api/v1/models/{name}/versions/{version}/package/read"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_NUL_in_any_text_and_a_null_in_any_list_is_a_400(bool postgres)
    {
        var server = await servers.OnAsync(postgres);
        var (bad, tried) = (new List<string>(), 0);
        foreach (var (method, path, schema) in Bodies())
        {
            foreach (var (field, value) in Values(schema))
            {
                tried++;
                var body = Minimal(schema);
                body[field] = value.DeepClone();
                var answer = await SendAsync(server, method, path, body.ToJsonString());
                if (answer.Status is not HttpStatusCode.BadRequest)
                    bad.Add($"{method} {path} {body.ToJsonString()}: {answer.Status} {answer.Text}");
            }
        }

        Bad.None(bad);
        Assert.True(tried > 60, $"The document has only {tried} fields to try.");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_NUL_in_any_query_value_is_a_400(bool postgres)
    {
        var server = await servers.OnAsync(postgres);
        var (bad, tried) = (new List<string>(), 0);
        foreach (var (method, path, operation) in Operations())
        {
            foreach (var parameter in (operation["parameters"] as JsonArray ?? []).Where(static one => (string)one!["in"]! == "query"))
            {
                tried++;
                var answer = await SendAsync(server, method, $"{path}?{(string)parameter!["name"]!}=a%00b", method is "get" or "delete" ? null : "{}");
                if (answer.Status is not HttpStatusCode.BadRequest)
                    bad.Add($"{method} {path} {parameter["name"]}: {answer.Status} {answer.Text}");
            }
        }

        Bad.None(bad);
        Assert.True(tried > 20, $"The document has only {tried} query values to try.");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Control_characters_in_names_are_refused_before_anybody_is_looked_for(bool postgres)
    {
        await using var server = postgres
            ? await ServerProcess.StartAsync(["--database", await (await PostgresServer.SharedAsync()).CreateMigratedDatabaseAsync(Cancel)], cancel: Cancel)
            : await ServerProcess.StartAsync(cancel: Cancel);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(server, "post", "/api/v1/admin/init", $$"""{"name":"root","password":"{{Password}}"}""")).Status);

        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(server, "get", "/api/v1/me", null, "ro\0ot")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync(server, "post", "/api/v1/session", """{"name":"a\u0000b","password":"x"}""")).Status);
        foreach (var (path, body, code) in new[]
        {
            ("people", """{"name":"ada","display_name":"a\u001bb"}""", "tenancy.control_character"),
            ("people", """{"name":"ada","email":"a\nb"}""", "tenancy.control_character"),
            ("groups", """{"name":"team","display_name":"a\nb"}""", "tenancy.control_character"),
            ("tokens", """{"name":"a\u001bb"}""", "tenancy.invalid_token_name"),
        })
        {
            var answer = await SendAsync(server, "post", "/api/v1/" + path, body, "root");
            Assert.True(answer.Status is HttpStatusCode.BadRequest && answer.Text.Contains(code, StringComparison.Ordinal), $"{path} {body}: {answer.Status} {answer.Text}");
        }

        Assert.Equal(HttpStatusCode.OK, (await SendAsync(server, "get", "/api/v1/me", null, "root")).Status);
    }

    private static JsonNode Document() => JsonNode.Parse(File.ReadAllText(Repository.PathOf("docs", "api", "openapi.json")))!;

    private static IEnumerable<(string Method, string Path, JsonNode Operation)> Operations() =>
        from path in Document()["paths"]!.AsObject()
        where path.Key.StartsWith("/api/v1/", StringComparison.Ordinal)
        from operation in path.Value!.AsObject()
        where operation.Key is "get" or "post" or "put" or "patch" or "delete"
        select (operation.Key, path.Key, operation.Value);

    private static IEnumerable<(string Method, string Path, JsonObject Schema)> Bodies()
    {
        var schemas = Document()["components"]!["schemas"]!;
        foreach (var (method, path, operation) in Operations())
        {
            var body = operation["requestBody"]?["content"]?["application/json"]?["schema"];
            body = body?["oneOf"]?.AsArray().Last() ?? body;
            if (Free.Contains(path) || (string?)body?["$ref"] is not { } reference)
                continue;
            yield return (method, path, Resolved(schemas[reference.Split('/')[^1]]!.AsObject(), schemas));
        }
    }

    // Its properties with references to lists and texts followed one step: enough to see which they are.
    private static JsonObject Resolved(JsonObject schema, JsonNode schemas)
    {
        var copy = schema.DeepClone().AsObject();
        foreach (var (name, property) in schema["properties"]?.AsObject() ?? [])
        {
            if ((string?)property?["$ref"] is { } reference)
                copy["properties"]![name] = schemas[reference.Split('/')[^1]]!.DeepClone();
        }

        return copy;
    }

    private static IEnumerable<(string Field, JsonNode Value)> Values(JsonObject schema)
    {
        foreach (var (name, property) in schema["properties"]?.AsObject() ?? [])
        {
            if (Is(property!, "string"))
                yield return (name, JsonValue.Create("a\0b"));
            if (!Is(property!, "array"))
                continue;
            yield return (name, new JsonArray((JsonNode?)null));
            if (property!["items"] is { } items && Is(items, "string"))
                yield return (name, new JsonArray("a\0b"));
        }
    }

    private static JsonObject Minimal(JsonObject schema)
    {
        var body = new JsonObject();
        foreach (var name in schema["required"]?.AsArray() ?? [])
        {
            var property = schema["properties"]![(string)name!]!;
            body[(string)name!] = Is(property, "array") ? new JsonArray() : Is(property, "integer") || Is(property, "number") ? 1 : Is(property, "boolean") ? true
                : property["format"] is null && Is(property, "string") ? "x" : null;
        }

        return body;
    }

    private static bool Is(JsonNode schema, string type) => schema["type"] switch
    {
        JsonArray several => several.Any(one => (string)one! == type) && !several.Any(static one => (string)one! is "integer" or "number" or "boolean"),
        JsonValue one => (string)one! == type,
        _ => false,
    };

    private static async Task<(HttpStatusCode Status, string Text)> SendAsync(ServerProcess server, string method, string path, string? body, string? name = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method.ToUpperInvariant()), new Uri(path.Replace("{", "x", StringComparison.Ordinal).Replace("}", "x", StringComparison.Ordinal), UriKind.Relative));
        if (name is not null)
            request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{name}:{Password}")));
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        using var answer = await server.Client.SendAsync(request, Cancel);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }
}
