using System.Net;
using System.Text.Json.Nodes;
using Orrery.Client;
using Orrery.Contracts;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Pages of models and versions as a browser gets them.</summary>
public sealed class ModelPagesTests(VersionEvaluationServer fixture) : IClassFixture<VersionEvaluationServer>
{
    private const string Script = "<script>alert(1)</script>";
    private const string Escaped = "&lt;script&gt;alert(1)&lt;/script&gt;";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private HttpClient Client => fixture.Process.Client;

    [Fact]
    public async Task The_catalogue_is_searched_and_narrowed_by_tags_and_environments()
    {
        foreach (var (name, team) in new[] { ("shelf-a", "risk"), ("shelf-b", Script) })
        {
            await fixture.Models.RegisterOnnxAsync(name, OnnxModels.Logistic([1], 0), "x");
            await SendAsync(HttpMethod.Post, "registered-models/set-tag", $$"""{"name": "{{name}}", "key": "team", "value": "{{team}}"}""");
        }

        await fixture.Models.DeployAsync("staging", "shelf-a", ServingServer.Spec(ServingServer.Variant("shelf-a", 1)));
        var all = await PageAsync("/models?q=shelf");
        Assert.Contains(">shelf-a<", all, StringComparison.Ordinal);
        Assert.Contains(">shelf-b<", all, StringComparison.Ordinal);
        Assert.Contains($"tag={Uri.EscapeDataString("team=risk")}", all, StringComparison.Ordinal);
        Assert.Contains("href=\"/deployments/staging/shelf-a\"", all, StringComparison.Ordinal);
        var risk = await PageAsync($"/models?tag={Uri.EscapeDataString("team=risk")}");
        Assert.Contains(">shelf-a<", risk, StringComparison.Ordinal);
        Assert.DoesNotContain(">shelf-b<", risk, StringComparison.Ordinal);
        Assert.Contains(">shelf-b<", await PageAsync($"/models?tag={Uri.EscapeDataString($"team={Script}")}"), StringComparison.Ordinal);
        var staged = await PageAsync("/models?in=staging&q=shelf");
        Assert.Contains(">shelf-a<", staged, StringComparison.Ordinal);
        Assert.DoesNotContain(">shelf-b<", staged, StringComparison.Ordinal);
        Assert.Contains("No model matches", await PageAsync("/models?q=nothing-of-the-kind"), StringComparison.Ordinal);
        using var csv = await Client.GetAsync("/models?q=shelf&order=name%20ASC&csv=models", Cancel);
        var lines = (await csv.Content.ReadAsStringAsync(Cancel)).Split("\r\n");
        Assert.StartsWith("shelf-a,1,,staging 1,", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_version_says_what_it_is_for_how_good_and_fair_it_is_and_where_it_answers()
    {
        await fixture.Models.DeployAsync("staging", "churn", ServingServer.Spec(ServingServer.Variant("churn", 1)));
        using var client = new OrreryClient(fixture.Process.BaseAddress);
        await client.Cards.WriteAsync("churn", new() { Fields = new Dictionary<string, string?> { ["intended_use.primary_uses"] = $"Whom to **call**. {Script}", ["model_details.owners"] = "Retention" } }, Cancel);
        var asked = await client.Evaluations.CreateAsync(new()
        {
            Model = "churn",
            Version = "1",
            Data = new() { Files = ["evaluation/rows.parquet"] },
            Label = "churned",
            Task = "binary",
            Positive = "yes",
            Slices = ["contract"],
            Sensitive = ["female"],
            Baseline = "2",
            Gates = ["auc >= 0.1"],
            Resamples = 20,
        }, Cancel);
        await Eventually.HoldsAsync("the evaluation", async () => (await client.Evaluations.GetAsync(asked.Id, Cancel)).State is "succeeded" or "failed");

        var overview = await PageAsync("/models/churn/versions/1");
        foreach (var text in new[] { "<strong>call</strong>", Escaped, "Retention", "names the right one", "auc &gt;= 0.1", "version 2</a>", "Looked at: female", "staging / churn", "Nobody has been asked", "/costs/models/churn" })
            Assert.Contains(text, overview, StringComparison.Ordinal);
        foreach (var (tab, shown) in new (string, string[])[]
        {
            ("card", ["How complete it is", "To be written", Escaped, "data-card=\"/api/v1/models/churn/card\""]),
            ("evaluation", ["What it said of what was true", "ROC", "monthly", "Beside other versions", "figures-table"]),
            ("fairness", ["female", "four fifths", "Selected"]),
            ("explanations", ["Nobody has explained it"]),
            ("approvals", ["Nobody has been asked"]),
            ("serving", ["staging / churn", "It was not brought anywhere"]),
            ("package", ["model.onnx", "tenure", "Safety scan"]),
            ("lineage", ["Who uses it", "/deployments/staging/churn", "None are known"]),
        })
        {
            var page = await PageAsync($"/models/churn/versions/1?tab={tab}");
            foreach (var text in shown)
                Assert.True(page.Contains(text, StringComparison.OrdinalIgnoreCase), $"{tab} lacks {text}: {page}");
        }

        using var csv = await Client.GetAsync("/models/churn/versions/1?tab=evaluation&csv=figures-table", Cancel);
        Assert.StartsWith("Figure,Value,From,To,Interval\r\naccuracy,0.", await csv.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        var compared = await PageAsync("/models/churn/compare?a=1&b=2");
        Assert.Contains("balanced accuracy", compared, StringComparison.Ordinal);
        Assert.DoesNotContain(">flavors<", compared, StringComparison.Ordinal);
        Assert.Contains(">flavors<", await PageAsync("/models/churn/compare?a=1&b=2&all=1"), StringComparison.Ordinal);
        Assert.Contains("Version 2", await PageAsync("/models/churn"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_people_wrote_of_a_model_is_text_and_nothing_else()
    {
        await fixture.Models.RegisterOnnxAsync("hostile", OnnxModels.Logistic([1], 0), "x");
        var text = new JsonObject { ["name"] = "hostile", ["description"] = $"{Script} [in](javascript:alert(1)) # <img src=x onerror=alert(1)>" };
        await SendAsync(HttpMethod.Patch, "registered-models/update", text.ToJsonString());
        text["version"] = "1";
        await SendAsync(HttpMethod.Patch, "model-versions/update", text.ToJsonString());
        await SendAsync(HttpMethod.Post, "model-versions/set-tag", new JsonObject { ["name"] = "hostile", ["version"] = "1", ["key"] = "note", ["value"] = Script }.ToJsonString());
        foreach (var path in new[] { "/models?q=hostile", "/models/hostile", "/models/hostile/versions/1", "/models/hostile/versions/1?tab=card", "/models/hostile/compare" })
        {
            var page = await PageAsync(path);
            Assert.DoesNotContain("<img src=x", page, StringComparison.Ordinal);
            Assert.DoesNotContain("href=\"javascript:", page, StringComparison.Ordinal);
        }

        Assert.Contains(Escaped, await PageAsync("/models/hostile/versions/1"), StringComparison.Ordinal);
        using var missing = await Client.GetAsync("/models/nowhere/compare", Cancel);
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
        using var unknown = await Client.GetAsync("/models/hostile/versions/99", Cancel);
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
    }

    [Fact]
    public async Task A_workspace_sees_nothing_of_anothers_models()
    {
        using var made = await Client.PostAsync("/api/v1/workspaces", new StringContent("""{"name": "elsewhere"}""", System.Text.Encoding.UTF8, "application/json"), Cancel);
        Assert.True(made.IsSuccessStatusCode, await made.Content.ReadAsStringAsync(Cancel));
        Assert.DoesNotContain(">churn<", await PageAsync("/w/elsewhere/models"), StringComparison.Ordinal);
        using var version = await Client.GetAsync("/w/elsewhere/models/churn/versions/1", Cancel);
        Assert.Equal(HttpStatusCode.NotFound, version.StatusCode);
    }

    private async Task<string> PageAsync(string path)
    {
        using var answer = await Client.GetAsync(path, Cancel);
        var page = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.StatusCode is HttpStatusCode.OK, $"{path}: {(int)answer.StatusCode} {page}");
        Assert.DoesNotContain("style=", page, StringComparison.Ordinal);
        Assert.DoesNotContain(Script, page, StringComparison.Ordinal);
        return page;
    }

    private async Task SendAsync(HttpMethod method, string path, string json)
    {
        var answer = await Client.SendJsonAsync(method, Calls.Api + path, json, Cancel);
        Assert.True(answer.Status == 200, answer.Body);
    }
}
