using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Who manages identities does not become more by it, and who lost everything gets back in, on a real server.</summary>
public sealed class GuardedIdentityTests
{
    private const string Good = "plum-tractor-97";
    private const string Other = "window-kettle-31";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_token_that_manages_identities_changes_nothing_of_who_holds_a_role_everywhere()
    {
        await using var server = await ServerProcess.StartAsync(["--log-level", "Warning"], cancel: Cancel);
        await SendAsync(server, null, "POST", "admin/init", $$"""{"name":"root","password":"{{Good}}"}""");
        var basic = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"root:{Good}"));
        var root = Text(await SendAsync(server, basic, "GET", "people?name=Root"), "principals", 0, "principal_id");
        var ada = Text(await SendAsync(server, basic, "POST", "people", """{"name":"ada"}"""), "principal_id");
        var group = Text(await SendAsync(server, basic, "POST", "groups", """{"name":"admins"}"""), "principal_id");
        await SendAsync(server, basic, "POST", "platform/grants", """{"subject":"admins","role":"platform-admin"}""");
        var robot = Text(await SendAsync(server, basic, "POST", "service-accounts", """{"name":"robot","workspace":"default"}"""), "principal_id");
        await SendAsync(server, basic, "POST", "platform/grants", """{"subject":"robot","role":"platform-admin"}""");
        var limited = "Bearer " + Text(
            await SendAsync(server, basic, "POST", "tokens", """{"name":"t","permissions":["identity.manage","identity.read"]}"""), "secret");

        foreach (var (method, path, body) in new[]
        {
            ("PUT", $"people/{root}/password", $$"""{"password":"{{Other}}"}"""),
            ("PUT", $"people/{root}/state", """{"state":"active"}"""),
            ("DELETE", $"people/{root}/second-factor", null),
            ("PUT", $"people/{root}/sso-link", """{"subject":"x"}"""),
            ("PUT", $"groups/{group}/members/{ada}", null),
            ("PUT", $"groups/{group}/external-name", """{"external_name":"everybody"}"""),
            ("PUT", $"groups/{group}/state", """{"state":"active"}"""),
            ("POST", $"service-accounts/{robot}/tokens", """{"name":"t","permissions":["identity.manage"]}"""),
        })
        {
            var (status, text) = await SendAsync(server, limited, method, path, body);
            Assert.True(status is HttpStatusCode.Forbidden && text.Contains("tenancy.beyond_own_rights", StringComparison.Ordinal), $"{method} {path}: {status} {text}");
        }

        // Of others it does what it is for; and root itself does all.
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(server, limited, "PUT", $"people/{ada}/password", $$"""{"password":"{{Other}}"}""")).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(server, basic, "PUT", $"groups/{group}/members/{ada}")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(server, limited, "PUT", $"people/{ada}/password", $$"""{"password":"{{Good}}"}""")).Status);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(server, limited, "PUT", $"people/{ada}/state", """{"state":"disabled"}""")).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(server, basic, "PUT", $"people/{root}/password", $$"""{"password":"{{Other}}"}""")).Status);
    }

    [Fact]
    public async Task An_administrator_who_lost_the_password_is_let_in_again_offline()
    {
        var data = Directory.CreateTempSubdirectory("orrery-reset-");
        try
        {
            var (good, other) = (Path.Combine(data.FullName, "good"), Path.Combine(data.FullName, "other"));
            await File.WriteAllTextAsync(good, Good, Cancel);
            await File.WriteAllTextAsync(other, Other, Cancel);
            string[] reset = ["--data-dir", data.FullName, "--reset-admin", "root", "--reset-admin-password-file", other];
            var (early, _, refusal) = await ServerProcess.RunToEndAsync(reset, cancel: Cancel);
            Assert.Equal(78, early);
            Assert.Contains("tenancy.identity_off", refusal, StringComparison.Ordinal);
            await ServerProcess.RunToEndAsync(["--data-dir", data.FullName, "--init-admin", "root", "--init-admin-password-file", good], cancel: Cancel);

            var (code, output, errors) = await ServerProcess.RunToEndAsync(reset, cancel: Cancel);
            Assert.True(code == 0, errors);
            Assert.Contains("usr_", output, StringComparison.Ordinal);
            Assert.Equal(78, (await ServerProcess.RunToEndAsync(["--data-dir", data.FullName, "--reset-admin", "root"], cancel: Cancel)).Item1);

            await using var server = await ServerProcess.StartAsync(dataDir: data.FullName, cancel: Cancel);
            Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(server, Basic(Good), "GET", "me")).Status);
            Assert.Equal(HttpStatusCode.OK, (await SendAsync(server, Basic(Other), "GET", "people")).Status);
        }
        finally
        {
            data.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData(null, HttpStatusCode.Forbidden)]
    [InlineData("127.0.0.1", HttpStatusCode.OK)]
    public async Task Without_identity_a_proxy_makes_nobody_the_local_admin(string? trusted, HttpStatusCode here)
    {
        await using var server = await ServerProcess.StartAsync(trusted is null ? [] : ["--Orrery:Http:TrustedProxies", trusted], cancel: Cancel);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(server, null, "GET", "me")).Status);
        foreach (var (forwarded, expected) in new[] { ("203.0.113.9", HttpStatusCode.Forbidden), ("127.0.0.1", here) })
        {
            Assert.Equal((forwarded, expected), (forwarded, (await SendAsync(server, null, "GET", "me", forwarded: forwarded)).Status));
            if (expected is not HttpStatusCode.Forbidden)
                continue;
            var init = await SendAsync(server, null, "POST", "admin/init", $$"""{"name":"root","password":"{{Good}}"}""", forwarded);
            Assert.Contains("tenancy.forwarded", init.Text, StringComparison.Ordinal);
        }
    }

    private static string Basic(string password) => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"root:{password}"));

    private static string Text((HttpStatusCode Status, string Text) answer, params object[] path)
    {
        Assert.True(answer.Status is HttpStatusCode.OK, $"{answer.Status} {answer.Text}");
        using var document = JsonDocument.Parse(answer.Text);
        var element = document.RootElement;
        foreach (var step in path)
            element = step is int index ? element[index] : element.GetProperty((string)step);
        return element.GetString()!;
    }

    private static async Task<(HttpStatusCode Status, string Text)> SendAsync(
        ServerProcess server, string? authorization, string method, string path, string? body = null, string? forwarded = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri("api/v1/" + path, UriKind.Relative));
        if (authorization is not null)
            request.Headers.Authorization = AuthenticationHeaderValue.Parse(authorization);
        if (forwarded is not null)
            request.Headers.Add("X-Forwarded-For", forwarded);
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await server.Client.SendAsync(request, Cancel);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }
}
