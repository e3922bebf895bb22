using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Pages of experiments, runs, comparisons and artifacts as a browser gets them.</summary>
public sealed class ExperimentPagesTests(ClientTests.Server fixture) : IClassFixture<ClientTests.Server>
{
    private const string Script = "<script>alert(1)</script>";
    private const string Escaped = "&lt;script&gt;alert(1)&lt;/script&gt;";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private HttpClient Client => fixture.Process.Client;

    [Fact]
    public async Task The_table_of_runs_filters_orders_chooses_columns_and_goes_on()
    {
        var experiment = await ExperimentAsync("table");
        for (var at = 0; at < 60; at++)
            await RunAsync(experiment, $"run-{at:00}", [("auc", at / 100.0)], [("depth", $"{at % 3}"), ("note", Script)]);

        var page = await PageAsync($"/experiments/{experiment}?q={Uri.EscapeDataString("metrics.auc >= 0.05")}&order={Uri.EscapeDataString("metrics.`auc` ASC")}");
        Assert.Contains(">run-05<", page, StringComparison.Ordinal);
        Assert.DoesNotContain(">run-04<", page, StringComparison.Ordinal);
        Assert.DoesNotContain(">run-59<", page, StringComparison.Ordinal);
        Assert.Contains("aria-sort=\"ascending\"", page, StringComparison.Ordinal);
        var next = page.Split("href=\"").Select(static part => WebUtility.HtmlDecode(part.Split('"')[0])).Single(static href => href.Contains("page=", StringComparison.Ordinal) && href.Contains("auc", StringComparison.Ordinal) && !href.Contains("csv=", StringComparison.Ordinal));
        Assert.Contains(">run-59<", await PageAsync(next), StringComparison.Ordinal);

        var chosen = await PageAsync($"/experiments/{experiment}?columns=params.depth&columns=attributes.duration&columns=bogus.x");
        Assert.Contains("params.%60depth%60%20DESC", chosen, StringComparison.Ordinal);
        Assert.DoesNotContain("metrics.%60auc%60", chosen, StringComparison.Ordinal);

        using var answer = await Client.GetAsync($"/experiments/{experiment}?csv=runs&columns=metrics.auc&columns=params.note", Cancel);
        Assert.Equal("text/csv", answer.Content.Headers.ContentType?.MediaType);
        var lines = (await answer.Content.ReadAsStringAsync(Cancel)).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(61, lines.Length);
        Assert.Equal("Run,auc,note,Run id", lines[0]);
    }

    [Theory]
    [InlineData("metrics.auc == 0.5", "Equality is one sign: metrics.auc = 0.5")]
    [InlineData("auc > 0.5", "metrics.auc")]
    [InlineData("params.depth = deep", "single quotes")]
    [InlineData("metrics.auc > 1 or metrics.auc < 0", "joined by and alone")]
    public async Task A_filter_that_cannot_be_read_is_answered_with_a_better_one(string filter, string hint)
    {
        var experiment = await ExperimentAsync("hints");
        await RunAsync(experiment, "one", [("auc", 0.5)], [("depth", "1")]);
        var page = WebUtility.HtmlDecode(await PageAsync($"/experiments/{experiment}?q={Uri.EscapeDataString(filter)}"));
        Assert.Contains("id=\"wrong\"", page, StringComparison.Ordinal);
        Assert.Contains(hint, page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_saved_view_is_a_link_that_holds_nothing_but_the_pages_own_query()
    {
        var experiment = await ExperimentAsync("views");
        await RunAsync(experiment, "one", [("auc", 0.5)], []);
        foreach (var (name, value) in new[] { ("Best", "order=metrics.%60auc%60%20DESC&columns=metrics.auc"), ("Odd", "javascript:alert(1)//\"><script>&q=metrics.auc > 0&next=https://elsewhere.example") })
            await SendAsync("experiments/set-experiment-tag", new { experiment_id = experiment, key = $"orrery.view.{name}", value });
        var page = await PageAsync($"/experiments/{experiment}?order=metrics.%60auc%60%20DESC&columns=metrics.auc");
        Assert.Contains("aria-current=\"page\"", page, StringComparison.Ordinal);
        Assert.Contains($"href=\"/experiments/{experiment}?q=metrics.auc%20%3E%200\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("elsewhere", page, StringComparison.Ordinal);
        Assert.DoesNotContain("javascript:", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Runs_in_the_bin_can_be_seen_and_restored()
    {
        var experiment = await ExperimentAsync("bin");
        var run = await RunAsync(experiment, "gone", [("auc", 0.5)], []);
        await SendAsync("runs/delete", new { run_id = run });
        Assert.DoesNotContain(">gone<", await PageAsync($"/experiments/{experiment}"), StringComparison.Ordinal);
        var bin = await PageAsync($"/experiments/{experiment}?view=deleted");
        Assert.Contains(">gone<", bin, StringComparison.Ordinal);
        Assert.Contains("runs/restore", bin, StringComparison.Ordinal);
        Assert.Contains("in the bin", await PageAsync($"/runs/{run}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Runs_are_compared_by_values_curves_charts_and_tests()
    {
        var experiment = await ExperimentAsync("compare");
        var runs = new List<string>();
        for (var at = 0; at < 8; at++)
            runs.Add(await RunAsync(experiment, at == 0 ? Script : $"run-{at}", [("auc", (at % 2 == 0 ? 0.5 : 0.9) + (at / 1000.0))], [("model", at % 2 == 0 ? "ridge" : "trees"), ("depth", $"{at}"), ("rate", $"0.{at}"), ("same", "yes")]));
        var query = string.Join('&', runs.Select(static run => $"run={run}"));
        var values = await PageAsync($"/compare?{query}");
        Assert.Contains("Compare 8 runs", values, StringComparison.Ordinal);
        Assert.Contains(Escaped, values, StringComparison.Ordinal);
        Assert.DoesNotContain(">same<", values, StringComparison.Ordinal);
        Assert.Contains(">same<", await PageAsync($"/compare?{query}&all=1"), StringComparison.Ordinal);
        Assert.Contains("data-key=\"auc\"", await PageAsync($"/compare?{query}&tab=curves"), StringComparison.Ordinal);
        var parallel = await PageAsync($"/compare?{query}&tab=parallel");
        Assert.Contains("depth", Option(parallel).GetProperty("parallelAxis").EnumerateArray().Select(static axis => axis.GetProperty("name").GetString()));
        Assert.Equal(8, Option(await PageAsync($"/compare?{query}&tab=scatter")).GetProperty("series")[0].GetProperty("data").GetArrayLength());
        var heat = Option(await PageAsync($"/compare?{query}&tab=heat&across=params.depth&up=params.rate&color=metrics.auc"));
        Assert.Equal(["heatmap", "scatter"], heat.GetProperty("series").EnumerateArray().Select(static one => one.GetProperty("type").GetString()));
        var significance = await PageAsync($"/compare?{query}&tab=significance&group=params.model");
        Assert.Contains("by more than chance; the effect is large.", WebUtility.HtmlDecode(significance), StringComparison.Ordinal);
        foreach (var page in new[] { values, parallel, significance })
            Assert.DoesNotContain(Script, page, StringComparison.Ordinal);
        Assert.Contains("Which runs?", await PageAsync($"/compare?run={runs[0]}"), StringComparison.Ordinal);
        using var csv = await Client.GetAsync($"/compare?{query}&csv=comparison", Cancel);
        Assert.Contains("Parameter,model,ridge,trees", await csv.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Artifacts_are_shown_and_nothing_in_them_runs()
    {
        var experiment = await ExperimentAsync("files");
        var run = await RunAsync(experiment, "one", [("auc", 0.5)], []);
        var files = new (string Path, byte[] Bytes, string Shown)[]
        {
            ("plots/page.html", Encoding.UTF8.GetBytes($"<h1>Report</h1>{Script}"), "<iframe"),
            ("plots/a.svg", Encoding.UTF8.GetBytes($"<svg xmlns='http://www.w3.org/2000/svg'>{Script}</svg>"), "<img"),
            ("table.csv", Encoding.UTF8.GetBytes($"name,\"what, else\"\r\n{Script},\"a \"\"b\"\"\nc\"\r\n"), "<th scope=\"col\">what, else</th>"),
            ("split.json", """{"columns": ["x", "y"], "data": [[1, "<b>"], [2, null]]}"""u8.ToArray(), "<td>&lt;b&gt;</td>"),
            ("deep.json", Encoding.UTF8.GetBytes(new string('[', 5000)), "[[[["),
            ("readme.md", Encoding.UTF8.GetBytes($"# Title\n\n- **bold** [in](https://example.org) [out](javascript:alert(1))\n\n{Script}"), "<h3>Title</h3>"),
            ("binary.txt", [0x4d, 0x5a, 0, 1, 2, 3, 0xff], "It is no text"),
            ("huge.log", Encoding.UTF8.GetBytes(new string('ü', 400_000)), "The begin of it is shown."),
            ("hostile.onnx", [0x3a, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], "It is no text"),
            ("model.onnx", OnnxModels.Logistic([1, 2], 0.5f), "MatMul"),
            ("empty.txt", [], "It is empty"),
        };
        foreach (var (path, bytes, _) in files)
            await UploadAsync(experiment, run, path, bytes);
        foreach (var (path, _, shown) in files)
        {
            var page = await PageAsync($"/runs/{run}?tab=artifacts&path={Uri.EscapeDataString(path)}");
            Assert.True(page.Contains(shown, StringComparison.Ordinal), $"{path}: {page}");
            Assert.DoesNotContain(Script, page, StringComparison.Ordinal);
            Assert.DoesNotContain("href=\"javascript:", page, StringComparison.Ordinal);
        }

        Assert.Contains("plots", await PageAsync($"/runs/{run}?tab=artifacts"), StringComparison.Ordinal);
        Assert.Contains("There is no such file", await PageAsync($"/runs/{run}?tab=artifacts&path=nowhere.txt"), StringComparison.Ordinal);
        using var framed = await Client.GetAsync($"/runs/{run}/html?path=plots/page.html", Cancel);
        Assert.Contains(Script, await framed.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        var policy = framed.Headers.GetValues("Content-Security-Policy").Single();
        Assert.StartsWith("sandbox; default-src 'none';", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("allow-", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("script-src", policy, StringComparison.Ordinal);
        using var missing = await Client.GetAsync($"/runs/{run}/html?path=nowhere.html", Cancel);
        Assert.Equal((HttpStatusCode.NotFound, "text/plain"), (missing.StatusCode, missing.Content.Headers.ContentType?.MediaType));
        using var outside = await Client.GetAsync($"/runs/{run}/html?path={Uri.EscapeDataString("../../../secrets.key")}", Cancel);
        Assert.False(outside.IsSuccessStatusCode);
    }

    [Fact]
    public async Task A_run_shows_its_like_ones_tags_environment_and_what_can_be_done()
    {
        var experiment = await ExperimentAsync("like");
        var (first, second) = (await RunAsync(experiment, "first", [("auc", 0.5)], [("depth", "3")]), await RunAsync(experiment, "second", [("auc", 0.6)], [("depth", "3")]));
        foreach (var run in new[] { first, second })
        {
            await SendAsync("runs/set-tag", new { run_id = run, key = "mlflow.source.git.commit", value = "abc123" });
            await SendAsync("runs/log-inputs", new { run_id = run, datasets = new[] { new { dataset = new { name = Script, digest = "d1", source_type = "local", source = "{}" } } } });
            await SendAsync("runs/set-tag", new { run_id = run, key = "team", value = Script });
            await SendAsync("runs/update", new { run_id = run, status = "FINISHED", end_time = 2 });
        }

        var logged = (await Client.PostAsync("logged-models", new { experiment_id = experiment, name = "answerer", source_run_id = first }, Cancel)).Json.GetProperty("model").GetProperty("info").GetProperty("model_id").GetString()!;
        await SendAsync("runs/outputs", new { run_id = first, models = new[] { new { model_id = logged, step = 0 } } });
        var page = await PageAsync($"/runs/{first}");
        Assert.Contains("answerer", page, StringComparison.Ordinal);
        Assert.Contains($"value=\"models:/{logged}\"", page, StringComparison.Ordinal);
        Assert.Contains("A like run exists.", page, StringComparison.Ordinal);
        Assert.Contains($"href=\"/runs/{second}\"", page, StringComparison.Ordinal);
        Assert.Contains(Escaped, page, StringComparison.Ordinal);
        Assert.DoesNotContain(Script, page, StringComparison.Ordinal);
        foreach (var call in new[] { "runs/set-tag", "runs/update", "runs/delete", "runs/delete-tag" })
            Assert.Contains($"data-send=\"POST /api/2.0/mlflow/{call}\"", page, StringComparison.Ordinal);
        Assert.Contains("It was not captured", await PageAsync($"/runs/{first}?tab=environment"), StringComparison.Ordinal);
        Assert.Contains("data-key=\"auc\"", await PageAsync($"/runs/{first}?tab=metrics&find=AU"), StringComparison.Ordinal);
        Assert.DoesNotContain("data-key=\"auc\"", await PageAsync($"/runs/{first}?tab=metrics&find=loss"), StringComparison.Ordinal);
    }

    private static JsonElement Option(string page)
    {
        using var document = JsonDocument.Parse(WebUtility.HtmlDecode(page.Split("data-option=\"")[1].Split('"')[0]));
        return document.RootElement.Clone();
    }

    private async Task<string> PageAsync(string path)
    {
        using var answer = await Client.GetAsync(path, Cancel);
        var page = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.StatusCode is HttpStatusCode.OK, $"{path}: {(int)answer.StatusCode} {page}");
        Assert.DoesNotContain("style=", page, StringComparison.Ordinal);
        return page;
    }

    private async Task<string> ExperimentAsync(string name) =>
        (await Client.PostAsync("experiments/create", new { name = $"{name} {TestContext.Current.Test!.UniqueID}" }, Cancel)).Json.GetProperty("experiment_id").GetString()!;

    private async Task<string> RunAsync(string experiment, string name, (string Key, double Value)[] metrics, (string Key, string Value)[] parameters)
    {
        var created = await Client.PostAsync("runs/create", new { experiment_id = experiment, run_name = name, start_time = 1 }, Cancel);
        var run = created.Json.GetProperty("run").GetProperty("info").GetProperty("run_id").GetString()!;
        await SendAsync("runs/log-batch", new
        {
            run_id = run,
            metrics = metrics.Select(static one => new { key = one.Key, value = one.Value, timestamp = 1, step = 3 }),
            @params = parameters.Select(static one => new { key = one.Key, value = one.Value }),
        });
        return run;
    }

    private async Task SendAsync(string path, object body)
    {
        var answer = await Client.PostAsync(path, body, Cancel);
        Assert.True(answer.Status == 200, answer.Body);
    }

    private async Task UploadAsync(string experiment, string run, string path, byte[] bytes)
    {
        using var content = new ByteArrayContent(bytes) { Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") } };
        using var answer = await Client.PutAsync($"/api/2.0/mlflow-artifacts/artifacts/{experiment}/{run}/artifacts/{path}", content, Cancel);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }
}
