using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Orrery.Kernel;
using Orrery.Storage;
using Orrery.Tenancy;
using Xunit;

namespace Orrery.Tests.Integration;

public sealed class EdgeTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("GET", "/api/2.0/boom", 500, "INTERNAL_ERROR")]
    [InlineData("GET", "/api/2.0/full", 507, "RESOURCE_EXHAUSTED")]
    [InlineData("GET", "/api/2.0/away", 503, "TEMPORARILY_UNAVAILABLE")]
    [InlineData("GET", "/api/2.0/bad", 400, "BAD_REQUEST")]
    [InlineData("GET", "/api/2.0/none", 404, "ENDPOINT_NOT_FOUND")]
    [InlineData("GET", "/api/2.0/empty404", 404, "RESOURCE_DOES_NOT_EXIST")]
    [InlineData("GET", "/api/2.0/unsupported", 501, "NOT_IMPLEMENTED")]
    [InlineData("GET", "/w/team/api/2.0/%2e%2e/boom", 400, "INVALID_PARAMETER_VALUE")]
    [InlineData("POST", "/api/2.0/boom", 405, "ENDPOINT_NOT_FOUND")]
    [InlineData("GET", "/w/team/api/3.0/none", 404, "ENDPOINT_NOT_FOUND")]
    public async Task Mlflow_clients_get_errors_in_their_shape(string method, string path, int status, string code)
    {
        await using var server = await EdgeServer.StartAsync(Map);
        using var answer = await SendAsync(server, method, path);
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("application/json", answer.Content.Headers.ContentType!.MediaType);
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel);
        Assert.Equal(code, body.GetProperty("error_code").GetString());
        Assert.DoesNotContain("hunter2", body.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/boom", 500, "server.internal_error")]
    [InlineData("GET", "/nothing", 404, "server.no_endpoint")]
    [InlineData("POST", "/boom", 405, "server.wrong_method")]
    [InlineData("GET", "/api/v1/none", 404, "server.no_endpoint")]
    [InlineData("GET", "/api/v1/away", 503, "storage.database_away")]
    [InlineData("GET", "/api/v1/unsupported", 501, "test.unsupported")]
    [InlineData("GET", "/w/team/api/v1/../boom", 400, "server.invalid_path")]
    public async Task Others_get_problem_details(string method, string path, int status, string code)
    {
        await using var server = await EdgeServer.StartAsync(Map);
        using var answer = await SendAsync(server, method, path);
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        Assert.True(answer.Headers.CacheControl?.NoStore);
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel);
        Assert.Equal(status, body.GetProperty("status").GetInt32());
        Assert.Equal(code, body.GetProperty("code").GetString());
        Assert.Equal(answer.Headers.GetValues("X-Request-Id").Single(), body.GetProperty("request_id").GetString());
    }

    [Fact]
    public async Task An_endpoints_own_error_body_is_left_alone()
    {
        await using var server = await EdgeServer.StartAsync(Map);
        using var answer = await server.Client.GetAsync(new Uri("/api/2.0/own404", UriKind.Relative), Cancel);
        Assert.Equal("""{"mine":1}""", await answer.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task A_failure_is_logged_once_with_its_exception()
    {
        using var logs = new LogLines();
        await using var server = await EdgeServer.StartAsync(Map, logs: logs);
        using var answer = await server.Client.GetAsync(new Uri("/boom", UriKind.Relative), Cancel);
        await server.StopAsync();
        var line = Assert.Single(logs.All, line => line.Level >= LogLevel.Warning);
        Assert.Equal(LogLevel.Error, line.Level);
        Assert.IsType<InvalidOperationException>(line.Exception);
    }

    [Fact]
    public async Task A_refusal_is_logged_with_its_code_and_is_no_error_even_as_a_501()
    {
        using var logs = new LogLines();
        await using var server = await EdgeServer.StartAsync(Map, logs: logs);
        using var answer = await server.Client.GetAsync(new Uri("/api/2.0/unsupported", UriKind.Relative), Cancel);
        Assert.Equal(HttpStatusCode.NotImplemented, answer.StatusCode);
        await server.StopAsync();
        var line = Assert.Single(logs.All, line => line.Text.Contains("/unsupported was", StringComparison.Ordinal) || line.Text.Contains("/unsupported failed", StringComparison.Ordinal));
        Assert.Equal(LogLevel.Information, line.Level);
        Assert.Contains("501 (test.unsupported)", line.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_leaves_is_no_error()
    {
        using var logs = new LogLines();
        var left = new TaskCompletionSource();
        await using var server = await EdgeServer.StartAsync(
            app => app.MapGet("/slow", async (HttpContext context) =>
            {
                using var registration = context.RequestAborted.Register(left.SetResult);
                await Task.Delay(Timeout.Infinite, context.RequestAborted);
            }),
            logs: logs);
        using (var client = new TcpClient())
        {
            await client.ConnectAsync(IPAddress.Loopback, server.Address.Port, Cancel);
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes("GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n"), Cancel);
            while (!logs.All.Any(line => line.Text.Contains("/slow", StringComparison.Ordinal)))
                await Task.Yield();
        }

        await left.Task.WaitAsync(TimeSpan.FromSeconds(20), Cancel);
        await server.StopAsync();
        Assert.DoesNotContain(logs.All, line => line.Level >= LogLevel.Warning);
    }

    [Fact]
    public async Task Answers_carry_security_headers_and_no_server_name()
    {
        await using var server = await EdgeServer.StartAsync(Map);
        foreach (var path in new[] { "/health", "/boom", "/nothing" })
        {
            using var answer = await server.Client.GetAsync(new Uri(path, UriKind.Relative), Cancel);
            Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
            Assert.Equal("SAMEORIGIN", answer.Headers.GetValues("X-Frame-Options").Single());
            Assert.True(answer.Headers.Contains("Referrer-Policy"));
            Assert.False(answer.Headers.Contains("Server"));
        }
    }

    [Fact]
    public async Task A_foreign_host_or_page_is_refused()
    {
        await using var server = await EdgeServer.StartAsync(Map);
        using var rebound = new HttpRequestMessage(HttpMethod.Get, "/health");
        rebound.Headers.Host = "evil.example.com";
        using var first = await server.Client.SendAsync(rebound, Cancel);
        Assert.Equal(HttpStatusCode.Forbidden, first.StatusCode);
        Assert.Contains("Orrery:AllowedHosts", await first.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);

        using var forged = new HttpRequestMessage(HttpMethod.Post, "/api/2.0/echo") { Content = new StringContent("{}") };
        forged.Headers.Add("Origin", "https://evil.example.com");
        using var second = await server.Client.SendAsync(forged, Cancel);
        Assert.Equal(HttpStatusCode.Forbidden, second.StatusCode);
        Assert.Contains("PERMISSION_DENIED", await second.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Long_request_lines_are_taken_and_large_bodies_refused()
    {
        await using var server = await EdgeServer.StartAsync(Map, ["--Orrery:Http:MaxRequestBody", "64KiB"]);
        using var line = await server.Client.GetAsync(new Uri("/health?ids=" + new string('a', 60_000), UriKind.Relative), Cancel);
        Assert.Equal(HttpStatusCode.OK, line.StatusCode);
        using var body = await server.Client.PostAsync(new Uri("/api/2.0/echo", UriKind.Relative), new ByteArrayContent(new byte[70_000]), Cancel);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, body.StatusCode);
        Assert.Contains("BAD_REQUEST", await body.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Auto", "/api/2.0/large", null)]
    [InlineData("Never", "/api/2.0/large", null)]
    [InlineData("Always", "/api/2.0/large", "br")]
    [InlineData("Always", "/api/2.0/small", null)]
    [InlineData("Always", "/binary", null)]
    public async Task Large_json_is_compressed_for_other_machines_only(string use, string path, string? encoding)
    {
        await using var server = await EdgeServer.StartAsync(Map, ["--Orrery:Http:Compression", use]);
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Accept-Encoding", "gzip, br");
        using var answer = await server.Client.SendAsync(request, Cancel);
        Assert.Equal(encoding, answer.Content.Headers.ContentEncoding.SingleOrDefault());
    }

    [Fact]
    public async Task A_failing_check_makes_the_server_not_ready_but_alive()
    {
        await using var server = await EdgeServer.StartAsync(
            Map, add: services => services.AddHealthChecks().AddCheck("database", () => HealthCheckResult.Unhealthy("It is away.")));
        using var ready = await server.Client.GetAsync(new Uri("/health/ready", UriKind.Relative), Cancel);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        var body = await ready.Content.ReadFromJsonAsync<JsonElement>(Cancel);
        var check = body.GetProperty("checks").EnumerateArray().Single(check => check.GetProperty("name").GetString() == "database");
        Assert.False(check.GetProperty("healthy").GetBoolean());
        Assert.Equal("It is away.", check.GetProperty("reason").GetString());
        using var live = await server.Client.GetAsync(new Uri("/health/live", UriKind.Relative), Cancel);
        Assert.Equal(HttpStatusCode.OK, live.StatusCode);
    }

    [Fact]
    public async Task Requests_under_way_finish_when_the_server_stops()
    {
        var entered = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        await using var server = await EdgeServer.StartAsync(app => app.MapGet("/slow", async () =>
        {
            entered.SetResult();
            await release.Task;
            return "done";
        }));
        var answer = server.Client.GetStringAsync(new Uri("/slow", UriKind.Relative), Cancel);
        await entered.Task;
        var stop = server.StopAsync();
        release.SetResult();
        Assert.Equal("done", await answer);
        await stop;
    }

    private static Task<HttpResponseMessage> SendAsync(EdgeServer server, string method, string path) => server.Client.SendAsync(
        new HttpRequestMessage(new HttpMethod(method), new Uri(server.Address.GetLeftPart(UriPartial.Authority) + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true })), Cancel);

    private static void Map(IEndpointRouteBuilder app)
    {
        foreach (var prefix in new[] { "", "/api/2.0" })
            app.MapGet(prefix + "/boom", string () => throw new InvalidOperationException("password=hunter2"));
        app.MapGet("/api/2.0/full", string () => throw new BlobStoreFullException("There is no room."));
        foreach (var prefix in new[] { "/api/v1", "/api/2.0" })
        {
            app.MapGet(prefix + "/away", string () => throw new DatabaseUnavailableException("The database is away."));
            app.MapGet(prefix + "/unsupported", (HttpContext context) => Refusals.WriteAsync(context, Failure.Unsupported("test.unsupported", "Not here.")));
        }

        app.MapGet("/api/2.0/bad", string () => throw new BadHttpRequestException("That was bad."));
        app.MapGet("/api/2.0/empty404", () => Results.NotFound());
        app.MapGet("/api/2.0/own404", () => Results.Text("""{"mine":1}""", "application/json", statusCode: 404));
        app.MapGet("/api/2.0/large", () => Results.Text(new string('x', 5000), "application/json"));
        app.MapGet("/api/2.0/small", () => Results.Text("{}", "application/json"));
        app.MapGet("/binary", () => Results.Bytes(new byte[5000], "application/octet-stream"));
        app.MapPost("/api/2.0/echo", async (HttpContext context) =>
        {
            using var reader = new StreamReader(context.Request.Body);
            return await reader.ReadToEndAsync(context.RequestAborted);
        });
    }
}
