using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Pages on a server with identity: who has not signed in is led there, and sees afterwards what they may.</summary>
public sealed class SignInTests
{
    private const string Password = "plum-tractor-97";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_has_not_signed_in_is_led_there_and_sees_what_they_may()
    {
        await using var server = await ServerProcess.StartAsync(["--log-level", "Warning"], cancel: Cancel);
        (await server.Client.PostAsJsonAsync("/api/v1/admin/init", new { name = "root", password = Password }, Cancel)).EnsureSuccessStatusCode();

        using var led = await server.Client.GetAsync("/models?q=a", Cancel);
        Assert.Equal((HttpStatusCode.Redirect, "/sign-in?next=%2Fmodels%3Fq%3Da"), (led.StatusCode, led.Headers.Location?.OriginalString));
        var form = await server.Client.GetStringAsync("/sign-in?next=%2Fmodels%3Fq%3Da", Cancel);
        Assert.Contains("data-next=\"/models?q=a\"", form, StringComparison.Ordinal);
        foreach (var elsewhere in new[] { "https://elsewhere.example", "//elsewhere.example", "/\\elsewhere.example" })
            Assert.Contains("data-next=\"/\"", await server.Client.GetStringAsync($"/sign-in?next={Uri.EscapeDataString(elsewhere)}", Cancel), StringComparison.Ordinal);

        var (cookie, csrf) = await SignInAsync(server, "root");
        var home = await PageAsync(server, "/", cookie);
        Assert.Contains("root", home.Text, StringComparison.Ordinal);
        Assert.Contains($"data-csrf=\"{csrf}\"", home.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await PageAsync(server, "/experiments", cookie)).Status);

        using var person = new HttpRequestMessage(HttpMethod.Post, "/api/v1/people") { Content = JsonContent.Create(new { name = "eve", password = Password }), Headers = { { "Cookie", cookie }, { "X-Orrery-CSRF", csrf } } };
        (await server.Client.SendAsync(person, Cancel)).EnsureSuccessStatusCode();
        var (eve, _) = await SignInAsync(server, "eve");
        foreach (var path in new[] { "/models", "/models/churn/versions/1", "/experiments/0", "/compare?run=a&run=b", "/runs/a", "/runs/a/html?path=a.html" })
            Assert.True((await PageAsync(server, path, eve)).Status is HttpStatusCode.Forbidden or HttpStatusCode.NotFound, path);
        var refused = await PageAsync(server, "/experiments", eve);
        Assert.True(refused.Status is HttpStatusCode.Forbidden or HttpStatusCode.NotFound, $"{refused.Status}");
        Assert.DoesNotContain("Default", refused.Text, StringComparison.Ordinal);
    }

    private static async Task<(string Cookie, string Csrf)> SignInAsync(ServerProcess server, string name)
    {
        using var answer = await server.Client.PostAsJsonAsync("/api/v1/session", new { name, password = Password }, Cancel);
        answer.EnsureSuccessStatusCode();
        var session = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel))!;
        return (answer.Headers.GetValues("Set-Cookie").Single().Split(';')[0], (string)session["csrf_token"]!);
    }

    private static async Task<(HttpStatusCode Status, string Text)> PageAsync(ServerProcess server, string path, string cookie)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { "Cookie", cookie } } };
        using var answer = await server.Client.SendAsync(request, Cancel);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }
}
