using System.Net;
using System.Net.Http.Headers;
using Orrery.Client;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>How many requests a second a token and an address may send, and which proxies are believed.</summary>
public sealed class RequestLimitTests
{
    private const string Password = "plum-tractor-97";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_token_that_sends_too_much_is_told_when_to_come_again_and_others_go_on()
    {
        await using var server = await ServerProcess.StartAsync(["--Orrery:Identity:RequestsPerSecondPerToken", "1"], cancel: Cancel);
        var (greedy, modest) = (await TokenAsync(server, "greedy"), await TokenAsync(server, "modest"));

        var answers = new List<HttpStatusCode>();
        for (var i = 0; i < 12; i++)
        {
            using var answer = await SendAsync(server, greedy, "api/2.0/mlflow/experiments/get?experiment_id=0");
            answers.Add(answer.StatusCode);
            if (answer.StatusCode is HttpStatusCode.OK)
                continue;
            Assert.InRange(answer.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5));
            var text = await answer.Content.ReadAsStringAsync(Cancel);
            Assert.Contains("REQUEST_LIMIT_EXCEEDED", text, StringComparison.Ordinal);
            Assert.Contains("This token may send 1 requests a second", text, StringComparison.Ordinal);
        }

        Assert.Equal(Enumerable.Repeat(HttpStatusCode.OK, 5), answers.Take(5));
        Assert.Contains(HttpStatusCode.TooManyRequests, answers);
        using var other = await SendAsync(server, modest, "api/v1/me");
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
    }

    [Fact]
    public async Task An_address_is_who_is_connected_unless_a_trusted_proxy_says_otherwise()
    {
        await using var open = await ServerProcess.StartAsync(["--Orrery:Identity:RequestsPerSecondPerAddress", "1"], cancel: Cancel);
        var token = await TokenAsync(open, "program");
        Assert.True(await RefusedAsync(open, token, static i => $"192.0.2.{i}"), "Anybody may name an address.");

        await using var behind = await ServerProcess.StartAsync(
            ["--Orrery:Identity:RequestsPerSecondPerAddress", "1", "--Orrery:Http:TrustedProxies", "127.0.0.0/8;2001:db8::7"], cancel: Cancel);
        token = await TokenAsync(behind, "program");
        Assert.False(await RefusedAsync(behind, token, static i => $"192.0.2.{i}"), "The proxy's callers share a limit.");

        // What a caller writes before the proxy does is theirs, and not believed.
        Assert.True(await RefusedAsync(behind, token, static i => $"192.0.2.{i}, 198.51.100.7"), "A caller may name an address through the proxy.");
    }

    [Fact]
    public async Task A_proxy_that_is_none_is_a_problem_of_the_configuration()
    {
        var (code, _, errors) = await ServerProcess.RunToEndAsync(["--urls", "http://127.0.0.1:0", "--Orrery:Http:TrustedProxies", "10.0.0.0/99"], cancel: Cancel);
        Assert.Equal(78, code);
        Assert.Contains("Orrery:Http:TrustedProxies has '10.0.0.0/99'", errors, StringComparison.Ordinal);
    }

    private static async Task<bool> RefusedAsync(ServerProcess server, string token, Func<int, string> forwarded)
    {
        for (var i = 0; i < 30; i++)
        {
            using var answer = await SendAsync(server, token, "api/v1/me", forwarded(i));
            if (answer.StatusCode is HttpStatusCode.TooManyRequests)
                return true;
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        return false;
    }

    private static async Task<string> TokenAsync(ServerProcess server, string name)
    {
        if ((await server.Client.GetAsync(new Uri("api/v1/me", UriKind.Relative), Cancel)).StatusCode is HttpStatusCode.OK)
        {
            using var nobody = new OrreryClient(server.BaseAddress);
            await nobody.Identity.InitAdminAsync(new() { Name = "root", Password = Password }, Cancel);
        }

        using var root = new OrreryClient(server.BaseAddress, new() { Username = "root", Password = Password });
        return (await root.Identity.CreateTokenAsync(new() { Name = name }, Cancel)).Secret;
    }

    private static async Task<HttpResponseMessage> SendAsync(ServerProcess server, string token, string path, string? forwarded = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (forwarded is not null)
            request.Headers.Add("X-Forwarded-For", forwarded);
        return await server.Client.SendAsync(request, Cancel);
    }
}
