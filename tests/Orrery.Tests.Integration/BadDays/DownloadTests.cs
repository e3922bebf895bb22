using System.Net;
using System.Text;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Files that would run in a browser, or in whoever opens them, are sent so that they are only saved.</summary>
public sealed class DownloadTests(HostileServers servers) : IClassFixture<HostileServers>
{
    private const string Script = "<html><body><script>alert(document.domain)</script></body></html>";
    private const string Picture = """<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>""";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("page.html", Script)]
    [InlineData("page.HTM", Script)]
    [InlineData("page.xhtml", Script)]
    [InlineData("page.shtml", Script)]
    [InlineData("page.mht", Script)]
    [InlineData("plot.svg", Picture)]
    [InlineData("plot.svgz", Picture)]
    [InlineData("feed.xml", Picture)]
    [InlineData("style.xsl", Picture)]
    [InlineData("code.js", "alert(1)")]
    [InlineData("code.mjs", "alert(1)")]
    [InlineData("app.swf", "FWS")]
    [InlineData("doc.pdf", "%PDF-1.4")]
    [InlineData("model.pkl", "cos\nsystem\n(S'touch /tmp/x'\ntR.")]
    [InlineData("model.joblib", "cos\nsystem\n(S'touch /tmp/x'\ntR.")]
    [InlineData("noextension", Script)]
    [InlineData("image.png", Script)]
    [InlineData("MLmodel", Script)]
    [InlineData("we\"ird; filename=x.html", Script)]
    [InlineData("caf\u00e9 \u65e5\u672c.html", Script)]
    public async Task What_could_run_is_only_saved(string name, string content)
    {
        var server = servers.Sqlite;
        var run = await server.Client.CreateRunAsync(Cancel);
        var escaped = Uri.EscapeDataString(name);
        var file = $"{Calls.Files}0/{run}/artifacts/{escaped}";
        using (var body = new StringContent(content, Encoding.UTF8, "text/html"))
        using (var put = await server.Client.PutAsync(new Uri(file, UriKind.Relative), body, Cancel))
            Assert.Equal(HttpStatusCode.OK, put.StatusCode);

        foreach (var target in new[] { file, "ajax-" + file, $"w/default/{file}", $"get-artifact?run_id={run}&path={escaped}", $"get-artifact?run_uuid={run}&path={escaped}" })
        {
            foreach (var accept in new[] { "*/*", "text/html,application/xhtml+xml", "image/svg+xml" })
            {
                foreach (var (method, range) in new[] { (HttpMethod.Get, false), (HttpMethod.Get, true), (HttpMethod.Head, false) })
                    await CheckAsync(server, target, accept, method, range, content);
            }
        }
    }

    [Theory]
    [InlineData("api/2.0/mlflow-artifacts/artifacts/<script>alert(1)</script>")]
    [InlineData("get-artifact?run_id=<script>alert(1)</script>&path=x")]
    [InlineData("get-artifact?run_id=x&path=<script>alert(1)</script>")]
    [InlineData("api/2.0/mlflow/runs/get?run_id=<script>alert(1)</script>")]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("w/<script>alert(1)</script>/api/2.0/mlflow/runs/get")]
    public async Task A_refusal_that_repeats_the_callers_words_is_no_page(string target)
    {
        var server = servers.Sqlite;
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(target, UriKind.Relative));
        request.Headers.Add("Accept", "text/html");
        using var answer = await server.Client.SendAsync(request, Cancel);
        Assert.InRange((int)answer.StatusCode, 400, 404);
        Assert.EndsWith("json", answer.Content.Headers.ContentType!.MediaType, StringComparison.Ordinal);
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
    }

    private static async Task CheckAsync(ServerProcess server, string target, string accept, HttpMethod method, bool range, string content)
    {
        using var request = new HttpRequestMessage(method, new Uri(target, UriKind.Relative));
        request.Headers.Add("Accept", accept);
        if (range)
            request.Headers.Range = new(0, 3);
        using var answer = await server.Client.SendAsync(request, Cancel);
        Assert.Equal(range && content.Length > 4 ? HttpStatusCode.PartialContent : answer.StatusCode, answer.StatusCode);
        Assert.True(answer.IsSuccessStatusCode, $"{target} -> {answer.StatusCode}");
        var disposition = answer.Content.Headers.ContentDisposition!;
        Assert.Equal("attachment", disposition.DispositionType);
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("sandbox; default-src 'none'", answer.Headers.GetValues("Content-Security-Policy").Single());
        Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
        if (method == HttpMethod.Get && !range)
            Assert.Equal(content, await answer.Content.ReadAsStringAsync(Cancel));
    }
}
