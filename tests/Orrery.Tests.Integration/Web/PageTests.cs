using System.Net;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Pages as a browser gets them: what is on them, for whom, and that nothing in them runs.</summary>
public sealed class PageTests(ClientTests.Server fixture) : IClassFixture<ClientTests.Server>
{
    private const string Script = "<script>alert(1)</script>";
    private const string Escaped = "&lt;script&gt;alert(1)&lt;/script&gt;";
    private readonly ServingServer _serving = new(fixture.Process);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private HttpClient Client => fixture.Process.Client;

    [Fact]
    public async Task Each_page_shows_what_the_server_knows_and_escapes_it()
    {
        await _serving.RegisterOnnxAsync("pages", OnnxModels.Identity(11, -1, 1));
        await _serving.DeployAsync("staging", "pages", """{"note": "<script>alert(1)</script>", "variants": [{"name": "a", "model": "pages", "version": "1", "weight": 1}]}""");
        await _serving.DeployAsync("staging", "pages", """{"variants": [{"name": "a", "model": "pages", "version": "1", "weight": 3}]}""");
        var experiment = (await Client.PostAsync("experiments/create", new { name = $"{Script} sweep" }, Cancel)).Json.GetProperty("experiment_id").GetString()!;
        var created = await Client.PostAsync("runs/create", new { experiment_id = experiment, run_name = Script, start_time = 1 }, Cancel);
        var run = created.Json.GetProperty("run").GetProperty("info").GetProperty("run_id").GetString()!;
        await Client.PostAsync("runs/log-parameter", new { run_id = run, key = "note", value = Script }, Cancel);
        await Client.PostAsync("runs/log-metric", new { run_id = run, key = "auc", value = 0.8125, timestamp = 1, step = 0 }, Cancel);
        await Client.SendJsonAsync(HttpMethod.Patch, Calls.Api + "registered-models/update", $$"""{"name": "pages", "description": "{{Script}}"}""", Cancel);

        foreach (var (path, shown) in new (string, string[])[]
        {
            ("/", ["staging / pages", Escaped]),
            ("/experiments", [$"{Escaped} sweep"]),
            ($"/experiments/{experiment}", [Escaped, "0.8125"]),
            ($"/runs/{run}", [Escaped, "0.8125"]),
            ("/models", ["pages", Escaped]),
            ("/models?q=AGE", ["pages"]),
            ("/models/pages", ["Version 1", Escaped]),
            ("/models/pages/versions/1", ["staging / pages", "Nobody has been asked"]),
            ("/deployments", ["/deployments/staging/pages"]),
            ("/deployments/staging/pages", [Escaped, "Go back to 1"]),
            ("/approvals", ["For me to decide"]),
            ("/w/default/models", ["href=\"/w/default/models/pages\""]),
        })
        {
            using var answer = await Client.GetAsync(path, Cancel);
            var page = await answer.Content.ReadAsStringAsync(Cancel);
            Assert.True(answer.StatusCode is HttpStatusCode.OK, $"{path}: {(int)answer.StatusCode} {page}");
            Assert.Equal("text/html", answer.Content.Headers.ContentType?.MediaType);
            Assert.Contains("script-src 'self';", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
            foreach (var text in shown)
                Assert.Contains(text, page, StringComparison.Ordinal);
            Assert.DoesNotContain(Script, page, StringComparison.Ordinal);
            Assert.DoesNotContain("<script>", page, StringComparison.Ordinal);
            Assert.DoesNotContain("style=", page, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_is_not_there_or_cannot_be_searched_is_told_on_a_page()
    {
        using var missing = await Client.GetAsync("/models/nowhere", Cancel);
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
        Assert.Contains("nowhere", await missing.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        using var wrong = await Client.GetAsync("/experiments/0?q=metrics.auc+is+good", Cancel);
        Assert.Equal(HttpStatusCode.OK, wrong.StatusCode);
        Assert.Contains("alert-danger m-3", await wrong.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_of_pages_are_kept_by_browsers_and_the_first_view_is_small()
    {
        var page = await Client.GetStringAsync("/", Cancel);
        var names = page.Split('"').Where(static part => part.StartsWith("/assets/", StringComparison.Ordinal)).ToList();
        Assert.True(names.Count >= 5, page);
        long bytes = page.Length;
        foreach (var name in names)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, name) { Headers = { { "Accept-Encoding", "br" } } };
            using var answer = await Client.SendAsync(request, Cancel);
            Assert.Equal("br", answer.Content.Headers.ContentEncoding.Single());
            Assert.True(answer.Headers.CacheControl is { Public: true, MaxAge.TotalDays: > 300 }, name);
            bytes += (await answer.Content.ReadAsByteArrayAsync(Cancel)).Length;
        }

        Assert.InRange(bytes, 50_000, 300_000);
        using var unknown = await Client.GetAsync("/assets/0/nothing.js", Cancel);
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
    }
}
