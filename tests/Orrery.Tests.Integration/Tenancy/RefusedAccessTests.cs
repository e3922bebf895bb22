using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orrery.Storage;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Who is refused, what they are told, and in whose chain it stands.</summary>
public sealed class RefusedAccessTests
{
    private const string Password = "correct-horse-battery-staple";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_sends_no_credentials_waits_after_some_and_leaves_one_entry()
    {
        await using var server = await ServerInProcess.StartAsync("--Orrery:Identity:FailureBurst=2", "--Orrery:Identity:FailuresPerMinute=1");
        using var http = new HttpClient { BaseAddress = server.Address };
        await SetUpAsync(http);

        var answers = new List<HttpStatusCode>();
        for (var i = 0; i < 40; i++)
            answers.Add((await SendAsync(http, null, HttpMethod.Get, "api/v1/me")).Status);

        Assert.Equal(Enumerable.Repeat(HttpStatusCode.Unauthorized, 20), answers.Take(20));
        Assert.Equal(HttpStatusCode.TooManyRequests, answers[^1]);
        var entry = Assert.Single(await RefusalsAsync(server, 0));
        Assert.Equal("tenancy.unauthenticated", entry.GetProperty("reason").GetString());
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(http, "root", HttpMethod.Get, "api/v1/me")).Status);
    }

    [Fact]
    public async Task A_stranger_writes_nothing_into_a_teams_chain_and_cannot_tell_it_from_none()
    {
        await using var server = await ServerInProcess.StartAsync();
        using var http = new HttpClient { BaseAddress = server.Address };
        await SetUpAsync(http);

        var (status, there) = await SendAsync(http, "eve", HttpMethod.Get, "w/red/api/v1/workspace");
        var (same, nowhere) = await SendAsync(http, "eve", HttpMethod.Get, "w/sea/api/v1/grants");

        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (status, same));
        Assert.Equal(Detail(there), Detail(nowhere).Replace("'sea'", "'red'", StringComparison.Ordinal));
        Assert.Empty(await RefusalsAsync(server, await NumberAsync(server, "red")));
        var entries = await RefusalsAsync(server, 0);
        Assert.Equal(["red", "sea"], entries.Select(static e => e.GetProperty("detail").GetProperty("workspace").GetString()!));
        Assert.All(entries, static e => Assert.Equal("tenancy.workspace_not_found", e.GetProperty("reason").GetString()));
    }

    [Fact]
    public async Task A_members_refusal_stands_in_the_chain_of_their_workspace()
    {
        await using var server = await ServerInProcess.StartAsync();
        using var http = new HttpClient { BaseAddress = server.Address };
        await SetUpAsync(http);
        await SendAsync(http, "root", HttpMethod.Post, "w/red/api/v1/grants", new { subject = "eve", role = "viewer" });

        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(http, "eve", HttpMethod.Post, "w/red/api/v1/grants", new { subject = "eve", role = "viewer" })).Status);

        Assert.Single(await RefusalsAsync(server, await NumberAsync(server, "red")));
        Assert.Empty(await RefusalsAsync(server, 0));
    }

    [Fact]
    public async Task A_session_that_another_site_uses_leaves_an_entry()
    {
        await using var server = await ServerInProcess.StartAsync();
        using var http = new HttpClient { BaseAddress = server.Address };
        await SetUpAsync(http);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(http, null, HttpMethod.Post, "api/v1/session", new { name = "eve", password = Password })).Status);

        var (status, _) = await SendAsync(http, null, HttpMethod.Post, "api/v1/tokens", new { name = "stolen" });

        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.Equal("/api/v1/tokens", Assert.Single(await RefusalsAsync(server, 0)).GetProperty("object_id").GetString()?.TrimEnd('/'));
    }

    [Fact]
    public async Task Signing_in_has_the_limit_of_the_address_and_health_has_none()
    {
        await using var server = await ServerInProcess.StartAsync("--Orrery:Identity:RequestsPerSecondPerAddress=2");
        using var http = new HttpClient { BaseAddress = server.Address };
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(http, null, HttpMethod.Post, "api/v1/admin/init", new { name = "root", password = Password })).Status);

        var answers = new List<HttpStatusCode>();
        for (var i = 0; i < 40; i++)
            answers.Add((await SendAsync(http, null, HttpMethod.Get, "api/v1/session")).Status);

        Assert.Contains(HttpStatusCode.TooManyRequests, answers);
        for (var i = 0; i < 40; i++)
            Assert.Equal(HttpStatusCode.OK, (await SendAsync(http, null, HttpMethod.Get, "health")).Status);
    }

    private static async Task SetUpAsync(HttpClient http)
    {
        await SendAsync(http, null, HttpMethod.Post, "api/v1/admin/init", new { name = "root", password = Password });
        await SendAsync(http, "root", HttpMethod.Post, "api/v1/workspaces", new { name = "red" });
        await SendAsync(http, "root", HttpMethod.Post, "api/v1/people", new { name = "eve", password = Password });
    }

    private static string Detail(string body) => JsonElement.Parse(body).GetProperty("detail").GetString()!;

    private static async Task<(HttpStatusCode Status, string Body)> SendAsync(HttpClient http, string? name, HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        if (name is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{name}:{Password}")));
        using var answer = await http.SendAsync(request, Cancel);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }

    private static async Task<long> NumberAsync(ServerInProcess server, string name) => await server.Services.GetRequiredService<Db>().ReadAsync(
        async session =>
        {
            using var statement = session.Sql("select tenant_id from ten_workspace where name = @name").Set("name", name);
            return (await statement.LongAsync())!.Value;
        }, Cancel);

    private static async Task<List<JsonElement>> RefusalsAsync(ServerInProcess server, long tenant) => await server.Services.GetRequiredService<Db>().ReadAsync(
        async session =>
        {
            using var statement = session.Sql("""
                select body, entry_id from aud_inbox where tenant_id = @tenant
                 union all
                select body, entry_id from aud_entry where tenant_id = @tenant
                 order by 2
                """).Set("tenant", tenant);
            var all = await statement.ListAsync(static row => JsonElement.Parse(row.GetFieldValue<byte[]>(0)));
            return all.FindAll(static entry => entry.GetProperty("action").GetString() == "access.refuse");
        }, Cancel);
}
