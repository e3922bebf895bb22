using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.WebUtilities;

namespace Orrery.Testing.OidcProvider;

/// <summary>The provider's endpoints and what it remembers.</summary>
internal sealed class Provider(string issuer, string clientId, string clientSecret) : IDisposable
{
    private readonly ConcurrentDictionary<string, Grant> _codes = new();
    private readonly ConcurrentDictionary<string, int> _calls = new();
    private SigningKey _key = new("key-1", elliptic: false);
    private Behaviour _behaviour = new();
    private int _keys = 1;

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/.well-known/openid-configuration", (HttpContext context) => WriteAsync(context, 200, Discovery()));
        app.MapGet("/jwks", (HttpContext context) =>
        {
            Count("jwks");
            return WriteAsync(context, 200, new() { ["keys"] = new JsonArray(_key.ToJwk()) });
        });
        app.MapGet("/authorize", Authorize);
        app.MapPost("/token", TokenAsync);
        app.MapPut("/admin/behaviour", async (HttpContext context) =>
            _behaviour = (await JsonSerializer.DeserializeAsync<Behaviour>(context.Request.Body, JsonSerializerOptions.Web))!);
        app.MapPost("/admin/rotate", (HttpContext context) =>
            _key = new SigningKey($"key-{Interlocked.Increment(ref _keys)}", context.Request.Query["elliptic"] == "true"));
        app.MapGet("/admin/calls", (HttpContext context) => WriteAsync(context, 200, new(_calls.Select(static call => KeyValuePair.Create(call.Key, (JsonNode?)call.Value)))));
    }

    public void Dispose() => _key.Dispose();

    private JsonObject Discovery()
    {
        Count("discovery");
        return new()
        {
            ["issuer"] = _behaviour.CallsItself ?? issuer,
            ["authorization_endpoint"] = issuer + "/authorize",
            ["token_endpoint"] = issuer + "/token",
            ["jwks_uri"] = issuer + "/jwks",
            ["response_types_supported"] = new JsonArray("code"),
            ["subject_types_supported"] = new JsonArray("public"),
            ["id_token_signing_alg_values_supported"] = new JsonArray("RS256", "ES256"),
            ["code_challenge_methods_supported"] = new JsonArray("S256"),
            ["authorization_response_iss_parameter_supported"] = true,
        };
    }

    private async Task Authorize(HttpContext context)
    {
        Count("authorize");
        var query = context.Request.Query;
        if (query["client_id"] != clientId || !Uri.TryCreate(query["redirect_uri"], UriKind.Absolute, out var back) || back.AbsolutePath != "/sso/callback")
        {
            await WriteAsync(context, 400, new() { ["error"] = "unknown client or redirect_uri" });
            return;
        }

        var behaviour = _behaviour;
        var answer = new Dictionary<string, string?> { ["state"] = query["state"] };
        if (behaviour.AnswersAs != "")
            answer["iss"] = behaviour.AnswersAs ?? issuer;
        if (behaviour.Error is { } error)
        {
            (answer["error"], answer["error_description"]) = (error, "<b>The person said no</b>");
        }
        else if (query["response_type"] != "code" || query["code_challenge_method"] != "S256" || string.IsNullOrEmpty(query["code_challenge"])
            || string.IsNullOrEmpty(query["nonce"]) || !query["scope"].ToString().Split(' ').Contains("openid"))
        {
            answer["error"] = "invalid_request";
        }
        else
        {
            var code = RandomNumberGenerator.GetHexString(32);
            _codes[code] = new(query["redirect_uri"]!, query["code_challenge"]!, query["nonce"], behaviour);
            answer["code"] = code;
        }

        context.Response.Redirect(QueryHelpers.AddQueryString(back.ToString(), answer));
    }

    private async Task TokenAsync(HttpContext context)
    {
        Count("token");
        var form = await context.Request.ReadFormAsync();
        if (form["client_id"] != clientId || form["client_secret"] != clientSecret)
        {
            await WriteAsync(context, 401, new() { ["error"] = "invalid_client" });
            return;
        }

        // A code is good once, whatever comes of it.
        if (form["grant_type"] != "authorization_code" || !_codes.TryRemove(form["code"].ToString(), out var grant) || form["redirect_uri"] != grant.RedirectUri
            || IdToken.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString()))) != grant.Challenge)
        {
            await WriteAsync(context, 400, new() { ["error"] = "invalid_grant" });
            return;
        }

        var fault = grant.Behaviour.Fault;
        if (fault == "slow")
            await Task.Delay(TimeSpan.FromMinutes(1), context.RequestAborted);
        if (fault == "html")
        {
            await context.Response.WriteAsync("<html>Down for maintenance</html>");
            return;
        }

        var answer = new JsonObject { ["access_token"] = "unused", ["token_type"] = "Bearer", ["expires_in"] = 300 };
        if (fault == "huge")
            answer["padding"] = new string('x', 2 * 1024 * 1024);
        if (fault != "no-id-token")
            answer["id_token"] = IdToken.Write(issuer, clientId, grant.Nonce, grant.Behaviour.Claims, _key, fault);
        await WriteAsync(context, 200, answer);
    }

    private void Count(string call) => _calls.AddOrUpdate(call, 1, static (_, before) => before + 1);

    private static Task WriteAsync(HttpContext context, int status, JsonObject body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(body.ToJsonString());
    }

    private sealed record Grant(string RedirectUri, string Challenge, string? Nonce, Behaviour Behaviour);
}
