using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using Orrery.Tenancy;
using Orrery.Testing;
using Orrery.Web;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Every endpoint that the server maps, asked by every role, by a stranger of another workspace and by nobody.</summary>
public sealed class PermissionMatrixTests(OneServerInProcess one) : IClassFixture<OneServerInProcess>
{
    private const string Password = "correct-horse-battery-staple";

    // Pages show what the API answers to who looks (ADR 0034): nothing to those who have not signed in.
    private static readonly string[] Pages = [.. MappedPages()];

    private static readonly string[] OpenEndpoints =
    [
        "DELETE /api/v1/session",
        "GET /api/v1/approval-workflows/schema.json",
        "GET /api/v1/deployments/schema.json",
        "GET /api/v1/features/schema.json",
        "GET /api/v1/session",
        "GET /api/v1/session/sso",
        "GET /api/v1/version",
        "GET /feast/{project}/health",
        "GET /health",
        "GET /health/live",
        "GET /health/ready",
        "GET /metrics",
        "GET /openapi/{documentName}.json",
        "GET /sso/callback",
        "GET /sso/start",
        "GET /version",
        "POST /api/v1/admin/init",
        "POST /api/v1/device-authorizations/",
        "POST /api/v1/device-authorizations/token",
        "POST /api/v1/session",
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public Task Each_endpoint_lets_in_whom_its_permission_lets_in_on_SQLite() => RunAsync("SQLite");

    [Fact]
    public async Task Each_endpoint_lets_in_whom_its_permission_lets_in_on_PostgreSQL()
    {
        await using var database = new PostgresDatabase();
        await database.InitializeAsync();
        await RunAsync("PostgreSQL", "--database", database.Options.ConnectionString!);
    }

    [Fact]
    public async Task Every_permission_that_an_endpoint_asks_for_is_in_the_catalogue_and_the_other_way_round()
    {
        var server = one.Server;
        var asked = Endpoints(server).Select(static one => one.Permission).OfType<string>().ToHashSet();

        Assert.Empty(asked.Except(PermissionCatalogue.All.Select(static p => p.Name)));
        // Asked for inside endpoints that others may use too.
        Assert.Equal(["governance.sensitive", "platform.read"], PermissionCatalogue.All.Select(static p => p.Name).Except(asked));
    }

    [Fact]
    public async Task Every_endpoint_asks_for_the_permission_that_was_agreed_on()
    {
        var server = one.Server;
        PermissionGolden.AssertEndpoints(Endpoints(server).Select(static one => (one.Method, one.Pattern, one.IsOpen ? "open" : one.Permission ?? "none", one.ObjectKind)));
    }

    [Fact]
    public void Every_built_in_role_gives_the_permissions_that_were_agreed_on() => PermissionGolden.AssertRoles();

    // What anybody may call without a name is not a matter of a table that can be written anew.
    [Fact]
    public void These_endpoints_and_no_others_are_open_to_everybody() => Assert.Equal(
        OpenEndpoints.Concat(Pages).Order(StringComparer.Ordinal), PermissionGolden.Endpoints().Where(static one => one.Value == "open").Select(static one => one.Key).Order(StringComparer.Ordinal));

    private static async Task RunAsync(string database, params string[] flags)
    {
        await using var server = await ServerInProcess.StartAsync([.. flags, "--Orrery:Identity:FailureBurst=10000", "--Orrery:Identity:FailuresPerMinute=10000"]);
        using var http = new HttpClient { BaseAddress = server.Address };
        var callers = await CallersAsync(http);
        var endpoints = Endpoints(server).ToList();
        var agreed = PermissionGolden.Endpoints();
        var wrong = new List<string>();
        var asked = 0;
        foreach (var endpoint in endpoints)
        {
            var name = agreed.GetValueOrDefault($"{endpoint.Method} {endpoint.Pattern}");
            if (name == "open")
                continue;
            if (name is null || PermissionCatalogue.Find(name) is null)
            {
                wrong.Add($"{endpoint.Method} {endpoint.Pattern} asks for '{endpoint.Permission}'; agreed on is '{name}'");
                continue;
            }

            foreach (var caller in callers)
            {
                asked++;
                var (status, message) = await AskAsync(http, endpoint, caller.Token);
                var expected = PermissionGolden.Expected(caller.Role, name);
                // An answer to HEAD has no body to tell one 404 from another.
                if (endpoint.Method == "HEAD" && status == (expected == "denied" ? HttpStatusCode.Forbidden : HttpStatusCode.NotFound))
                    continue;
                if (Verdict(status, message) != expected)
                    wrong.Add($"{endpoint.Method} {endpoint.Pattern} ({name}) as {caller.Role ?? "nobody"}: {status} {message}, expected {expected}");
            }
        }

        // eng/test.sh prints it.
        await File.WriteAllTextAsync(
            Repository.PathOf("artifacts", $"permission-matrix-{database}.txt"), $"Permission matrix: {endpoints.Count} endpoints, {asked} requests on {database}\n", Cancel);
        Assert.True(endpoints.Count > 200, $"Only {endpoints.Count} endpoints were found.");
        Assert.True(wrong.Count == 0, $"{wrong.Count} of {asked} wrong:\n{string.Join('\n', wrong.Take(40))}");
    }

    private static string Verdict(HttpStatusCode status, string message)
    {
        if (status is HttpStatusCode.Unauthorized)
            return "unauthenticated";
        if (status is HttpStatusCode.Forbidden && message.Contains("lacks the permission", StringComparison.Ordinal))
            return "denied";
        if (status is HttpStatusCode.NotFound && message.Contains("There is no workspace 'red'", StringComparison.Ordinal))
            return "no such workspace";
        return status >= HttpStatusCode.InternalServerError && status is not HttpStatusCode.NotImplemented ? $"failed with {(int)status}" : "let in";
    }

    private static async Task<(HttpStatusCode Status, string Message)> AskAsync(HttpClient http, Asked endpoint, string? token)
    {
        using var request = new HttpRequestMessage(new HttpMethod(endpoint.Method), "w/red" + endpoint.Path);
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (endpoint.Method is not ("GET" or "HEAD"))
            request.Content = new StringContent("{}", Encoding.UTF8, "application/json");
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
        return (answer.StatusCode, (int)answer.StatusCode >= 400 ? Message(await answer.Content.ReadAsStringAsync(Cancel)) : "");
    }

    private static string Message(string body)
    {
        if (body.Length == 0 || body[0] != '{')
            return body;
        using var json = JsonDocument.Parse(body);
        foreach (var name in new[] { "detail", "message" })
        {
            if (json.RootElement.TryGetProperty(name, out var text))
                return text.ValueKind is JsonValueKind.String ? text.GetString()! : text.GetRawText();
        }

        return body;
    }

    // The roles in red, an administrator of blue as the stranger, and nobody.
    private static async Task<List<(string? Role, string? Token)>> CallersAsync(HttpClient http)
    {
        await SendAsync(http, null, HttpMethod.Post, "api/v1/admin/init", new { name = "root", password = Password });
        var callers = new List<(string?, string?)> { (null, null), (Roles.PlatformAdmin, await TokenAsync(http, "root")) };
        foreach (var workspace in new[] { "red", "blue" })
            await SendAsync(http, "root", HttpMethod.Post, "api/v1/workspaces", new { name = workspace });
        // Of the approvers, who all may the same (as the golden of the roles says), one.
        string[] alike = [Roles.PlatformAdmin, "manager", "senior-data-scientist", "vp-engineering", "ml-architect", "product-manager", "legal", "security"];
        foreach (var role in Roles.All.Select(static role => role.Name).Where(name => !alike.Contains(name)))
            callers.Add((role, await MemberAsync(http, "the-" + role, "red", role)));
        callers.Add(("stranger", await MemberAsync(http, "stranger", "blue", Roles.WorkspaceAdmin)));
        return callers;
    }

    private static async Task<string> MemberAsync(HttpClient http, string name, string workspace, string role)
    {
        await SendAsync(http, "root", HttpMethod.Post, "api/v1/people", new { name, password = Password });
        await SendAsync(http, "root", HttpMethod.Post, $"w/{workspace}/api/v1/grants", new { subject = name, role });
        return await TokenAsync(http, name);
    }

    private static async Task<string> TokenAsync(HttpClient http, string name) =>
        (await SendAsync(http, name, HttpMethod.Post, "api/v1/tokens", new { name = "matrix" })).GetProperty("secret").GetString()!;

    private static async Task<JsonElement> SendAsync(HttpClient http, string? name, HttpMethod method, string path, object body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = JsonContent.Create(body) };
        if (name is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{name}:{Password}")));
        using var answer = await http.SendAsync(request, Cancel);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.IsSuccessStatusCode, $"{method} {path}: {(int)answer.StatusCode} {text}");
        return text.Length == 0 ? default : JsonElement.Parse(text);
    }

    private static IEnumerable<Asked> Endpoints(ServerInProcess server) =>
        from endpoint in server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        let declared = endpoint.Metadata.GetMetadata<PermissionMetadata>()
        let open = declared is null ? endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null : declared.Permission is null
        from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"]
        select new Asked(method, "/" + endpoint.RoutePattern.RawText!.TrimStart('/'), Concrete(endpoint.RoutePattern), declared?.Permission, declared?.ObjectKind, open);

    private static string Concrete(RoutePattern pattern) => "/" + string.Join('/', pattern.PathSegments.Select(static segment =>
        string.Concat(segment.Parts.Select(static part => part switch
        {
            RoutePatternLiteralPart literal => literal.Content,
            RoutePatternSeparatorPart separator => separator.Content,
            RoutePatternParameterPart parameter => parameter.ParameterPolicies.Count > 0 ? 1.ToString(CultureInfo.InvariantCulture) : "nothing",
            _ => throw new InvalidOperationException($"What is a {part.GetType().Name}?"),
        }))));

    private sealed record Asked(string Method, string Pattern, string Path, string? Permission, string? ObjectKind, bool IsOpen);

    private static IEnumerable<string> MappedPages()
    {
        var app = WebApplication.CreateSlimBuilder().Build();
        app.MapWeb();
        return ((IEndpointRouteBuilder)app).DataSources.SelectMany(static source => source.Endpoints).OfType<RouteEndpoint>().Select(static endpoint => $"GET {endpoint.RoutePattern.RawText}");
    }
}
