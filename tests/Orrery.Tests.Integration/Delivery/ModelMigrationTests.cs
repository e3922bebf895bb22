using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orrery.Contracts;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Migrations of models that run elsewhere, over HTTP and by the command line: another real server is the old endpoint.</summary>
public sealed class ModelMigrationTests(ModelMigrationTests.Servers servers) : IClassFixture<ModelMigrationTests.Servers>
{
    private static readonly string Rows = $"[{string.Join(", ", Enumerable.Range(0, 30).Select(static row => $$"""{"x": {{row - 15}}.5}"""))}]";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ten_steps_bring_a_model_over_and_each_must_be_borne_out()
    {
        await servers.New.RegisterOnnxAsync("churn", OnnxModels.Logistic([-1f], 0), "x");
        await servers.New.RegisterOnnxAsync("churn", OnnxModels.Logistic([1f], 0), "x");
        var id = await StartAsync("churn", ", \"owner\": \"ada\", \"requests_per_day\": 100, \"slo\": \"p95 50 ms\"");
        var begun = await GetAsync(id);
        Assert.Equal(["assess", "assess", "prepare", "prepare", "prepare", "move", "move", "move", "finish", "finish"], begun["steps"]!.AsArray().Select(static step => (string)step!["phase"]!));
        Assert.Equal([1, 2, 4, 6, 8, 10, 14, 20, 23, 26], begun["steps"]!.AsArray().Select(static step => (int)step!["due_week"]!));
        await DoneAsync(id, 1);
        await RefusedAsync(id, 2, "No version is named yet");
        await DoneAsync(id, 2, ", \"version\": \"1\"");
        await DoneAsync(id, 3);
        await RefusedAsync(id, 4, "has no gates");
        await SkippedAsync(id, 4);
        await DoneAsync(id, 5);
        await RefusedAsync(id, 6, "answers in no environment but production");
        await RefusedAsync(id, 7, "No comparison of version 1");

        // Version 1 says the opposite of the old endpoint.
        var wrong = await CompareAsync(id, $$"""{"instances": {{Rows}}}""");
        Assert.Equal(("done", 30, 0, 0.0), ((string)wrong["state"]!, (int)wrong["rows"]!, (int)wrong["agreed"]!, (double)wrong["agreement"]!));
        Assert.Equal(10, wrong["worst"]!.AsArray().Count);
        Assert.Contains("-14.5", wrong["worst"]!.AsArray().Select(static row => (string)row!["inputs"]!).Aggregate(static (left, right) => left + right), StringComparison.Ordinal);
        await RefusedAsync(id, 7, "below the threshold: 0 of 30 rows agree");

        // Another version opens what was seen of the former one.
        var again = await SetAsync(id, 2, "done", ", \"version\": \"2\"");
        Assert.Equal("open", (string)again["steps"]![4]!["state"]!);
        Assert.Equal(3, (int)again["ended"]!);
        await SkippedAsync(id, 4);
        await DoneAsync(id, 5);
        await servers.New.DeployAsync("staging", "churn", ServingServer.Spec(ServingServer.Variant("churn", 2)));
        await DoneAsync(id, 6);
        var right = await CompareAsync(id, $$"""{"instances": {{Rows}}}""");
        Assert.Equal(("done", 30, 30, 1.0), ((string)right["state"]!, (int)right["rows"]!, (int)right["agreed"]!, (double)right["agreement"]!));
        Assert.True((double)right["largest_difference"]! <= 1e-6);
        Assert.True((double)right["old"]!["p50_ms"]! > 0 && (double)right["new"]!["p95_ms"]! >= (double)right["new"]!["p50_ms"]!);
        await DoneAsync(id, 7);

        await RefusedAsync(id, 8, "has no share of the traffic in production");
        await servers.New.DeployAsync("production", "churn", ServingServer.Spec(ServingServer.Variant("churn", 1, 90), ServingServer.Variant("churn", 2, 10, "canary")));
        await DoneAsync(id, 8);
        await RefusedAsync(id, 9, "it is watched for 7 days");
        await SkippedAsync(id, 9);
        await RefusedAsync(id, 10, "has not all of the traffic");
        await servers.New.DeployAsync("production", "churn", ServingServer.Spec(ServingServer.Variant("churn", 2)));
        var end = await SetAsync(id, 10, "done");
        Assert.Equal(("done", 10), ((string)end["state"]!, (int)end["ended"]!));
        Assert.Contains("production/churn", (string)end["steps"]![9]!["evidence"]![0]!["text"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Logged_predictions_are_asked_again()
    {
        await servers.New.RegisterOnnxAsync("logged", OnnxModels.Logistic([1f], 0), "x");
        await servers.New.DeployAsync("staging", "logged", """{"variants": [{"name": "stable", "model": "logged", "version": "1", "weight": 1}], "log": {}}""");
        for (var row = 0; row < 5; row++)
            Assert.Equal(200, (await servers.New.AskAsync("/staging/v1/models/logged:predict", $$"""{"instances": [{"x": {{row}}}]}""")).Status);
        await Eventually.HoldsAsync("the log has them", async () =>
            (await servers.NewProcess.Client.GetFromJsonAsync<JsonNode>("/api/v1/deployments/staging/logged/predictions", Cancel))!["predictions"]?.AsArray().Count == 5);
        var id = await StartAsync("logged", ", \"version\": \"1\"");
        var found = await CompareAsync(id, """{"environment": "staging", "deployment": "logged", "rows": 4, "output": "label"}""");
        Assert.Equal(("done", 4, 4), ((string)found["state"]!, (int)found["rows"]!, (int)found["agreed"]!));
        var none = await CompareAsync(id, """{"environment": "staging", "deployment": "gone"}""");
        Assert.Equal("failed", (string)none["state"]!);
    }

    [Fact]
    public async Task An_endpoint_that_does_not_answer_fails_the_comparison_and_one_row_counts()
    {
        await servers.New.RegisterOnnxAsync("shaky", OnnxModels.Logistic([1f], 0), "x");
        await using var endpoint = await FakeEndpoint.StartAsync();
        endpoint.Answer = static (_, context) => FakeEndpoint.JsonAsync(context, """{"error": "no"}""", 500);
        var silent = await StartAsync("shaky", ", \"version\": \"1\"", endpoint.Address.ToString());
        var failed = await CompareAsync(silent, $$"""{"instances": {{Rows}}}""");
        Assert.Equal(("failed", 20), ((string)failed["state"]!, (int)failed["old"]!["errors"]!));
        Assert.Contains("The old endpoint answered none of the first 20 rows", (string)failed["message"]!, StringComparison.Ordinal);

        // Answer 1 warms up; of the two rows the second is refused.
        endpoint.Answer = (number, context) => endpoint.Calls.Count % 2 == 1
            ? FakeEndpoint.JsonAsync(context, """{"error": "no"}""", 400)
            : FakeEndpoint.JsonAsync(context, """{"predictions": [{"label": 1}]}""");
        endpoint.Calls.Clear();
        var half = await CompareAsync(silent, """{"instances": [{"x": 5}, {"x": 6}], "output": "label"}""");
        Assert.Equal(("done", 1, 1, 0.5), ((string)half["state"]!, (int)half["agreed"]!, (int)half["old"]!["errors"]!, (double)half["agreement"]!));
    }

    [Fact]
    public async Task What_cannot_be_is_refused()
    {
        Assert.Equal("serving.remote_not_allowed", await CodeAsync("/api/v1/migrations", """{"model": "m", "endpoint": {"url": "http://10.9.8.7:80"}}"""));
        Assert.Equal("serving.invalid_spec", await CodeAsync("/api/v1/migrations", """{"model": "m", "endpoint": {"url": "http://127.0.0.1:80", "protocol": "v2"}}"""));
        Assert.Equal("serving.remote_no_secret", await CodeAsync("/api/v1/migrations", """{"model": "m", "endpoint": {"url": "http://127.0.0.1:80", "headers": {"Authorization": "nobody"}}}"""));
        Assert.Equal("delivery.unknown_environment", await CodeAsync("/api/v1/migrations", """{"model": "m", "environment": "moon", "endpoint": {"url": "http://127.0.0.1:80"}}"""));
        Assert.Equal("delivery.invalid_request", await CodeAsync("/api/v1/migrations", """{"model": "m", "least_agreement": 2, "endpoint": {"url": "http://127.0.0.1:80"}}"""));
        var id = await StartAsync("later", "");
        Assert.Equal("delivery.no_step", await CodeAsync($"/api/v1/migrations/{id}/steps/11", """{"state": "done"}"""));
        Assert.Equal("delivery.invalid_request", await CodeAsync($"/api/v1/migrations/{id}/steps/1", """{"state": "perhaps"}"""));
        Assert.Equal("delivery.invalid_request", await CodeAsync($"/api/v1/migrations/{id}/steps/1", """{"state": "skipped"}"""));
        Assert.Equal("delivery.step_not_done", await CodeAsync($"/api/v1/migrations/{id}/steps/1", """{"state": "done"}"""));
        Assert.Equal("delivery.no_version", await CodeAsync($"/api/v1/migrations/{id}/compare", """{"instances": [1]}"""));
        Assert.Equal("delivery.invalid_request", await CodeAsync($"/api/v1/migrations/{id}/compare", """{"instances": []}"""));
        Assert.Equal("delivery.invalid_request", await CodeAsync($"/api/v1/migrations/{id}/compare", "{}"));
        Assert.Equal("delivery.migration_not_found", await CodeAsync("/api/v1/migrations/none/compare", """{"instances": [1]}"""));

        using var gone = await servers.NewProcess.Client.DeleteAsync($"/api/v1/migrations/{id}", Cancel);
        Assert.Equal(HttpStatusCode.NoContent, gone.StatusCode);
        using var missing = await servers.NewProcess.Client.GetAsync($"/api/v1/migrations/{id}", Cancel);
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
    }

    [Fact]
    public async Task The_verbs_tell_as_text_and_as_json()
    {
        await servers.New.RegisterOnnxAsync("verbs", OnnxModels.Logistic([1f], 0), "x");
        var begun = await RunAsync("migration", "start", "verbs", "--url", servers.OldUrl, "--endpoint-model", "old", "--owner", "ada", "--requests-per-day", "5", "--slo", "none", "--json");
        Assert.True(begun.ExitCode == 0, begun.Error);
        var id = JsonSerializer.Deserialize(begun.Out, OrreryJson.TypeOf<ModelMigration>())!.Id;
        Assert.Contains("open, 0 of 10", (await RunAsync("migration", "list", "--model", "verbs")).Out, StringComparison.Ordinal);
        Assert.Equal(id, Assert.Single(JsonSerializer.Deserialize((await RunAsync("migration", "list", "--model", "verbs", "--json")).Out, OrreryJson.TypeOf<ModelMigrationPage>())!.Migrations).Id);
        Assert.Contains(" 2 done", (await RunAsync("migration", "step", id, "2", "done", "--version", "1")).Out, StringComparison.Ordinal);
        Assert.Equal(4, (await RunAsync("migration", "step", id, "7", "done")).ExitCode);
        Assert.Equal("done", JsonSerializer.Deserialize((await RunAsync("migration", "step", id, "1", "done", "--json")).Out, OrreryJson.TypeOf<ModelMigration>())!.Steps[0].State);

        var file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        await File.WriteAllTextAsync(file, $$"""{"instances": {{Rows}}}""", Cancel);
        try
        {
            var compared = await RunAsync("migration", "compare", id, "--instances", file);
            Assert.True(compared.ExitCode == 0, compared.Error + compared.Out);
            Assert.Contains("30 of 30 rows, 100 %", compared.Out, StringComparison.Ordinal);
            Assert.Equal(30, JsonSerializer.Deserialize((await RunAsync("migration", "compare", id, "--instances", file, "--json")).Out, OrreryJson.TypeOf<ModelMigrationComparison>())!.Agreed);
        }
        finally
        {
            File.Delete(file);
        }

        Assert.Contains("30 of 30 rows agree", (await RunAsync("migration", "show", id)).Out, StringComparison.Ordinal);
        Assert.Equal(10, JsonSerializer.Deserialize((await RunAsync("migration", "show", id, "--json")).Out, OrreryJson.TypeOf<ModelMigration>())!.Steps.Count);
        Assert.Equal(3, (await RunAsync("migration", "show", "none")).ExitCode);
    }

    private Task<(int ExitCode, string Out, string Error)> RunAsync(params string[] arguments) => Mlops.RunAsync(servers.NewProcess, Cancel, arguments);

    private async Task<string> StartAsync(string model, string more, string? url = null)
    {
        var (status, body) = await servers.New.AskAsync("/api/v1/migrations", $$"""{"model": "{{model}}", "endpoint": {"url": "{{url ?? servers.OldUrl}}", "model": "old", "retries": 0}{{more}}}""");
        Assert.True(status == 200, body);
        return (string)JsonNode.Parse(body)!["id"]!;
    }

    private async Task<JsonNode> GetAsync(string id) => (await servers.NewProcess.Client.GetFromJsonAsync<JsonNode>($"/api/v1/migrations/{id}", Cancel))!;

    private async Task<JsonNode> SetAsync(string id, int step, string state, string more = "")
    {
        var (status, body) = await servers.New.AskAsync($"/api/v1/migrations/{id}/steps/{step}", $$"""{"state": "{{state}}"{{more}}}""");
        Assert.True(status == 200, $"step {step}: {body}");
        Assert.Equal(state, (string)JsonNode.Parse(body)!["steps"]![step - 1]!["state"]!);
        return JsonNode.Parse(body)!;
    }

    private Task<JsonNode> DoneAsync(string id, int step, string more = "") => SetAsync(id, step, "done", more);

    private Task<JsonNode> SkippedAsync(string id, int step) => SetAsync(id, step, "skipped", ", \"note\": \"not now\"");

    private async Task RefusedAsync(string id, int step, string why)
    {
        var (status, body) = await servers.New.AskAsync($"/api/v1/migrations/{id}/steps/{step}", """{"state": "done"}""");
        Assert.True(status == 409, body);
        Assert.Contains(why, body, StringComparison.Ordinal);
        Assert.Equal("delivery.step_not_done", (string)JsonNode.Parse(body)!["code"]!);
    }

    private async Task<JsonNode> CompareAsync(string id, string body)
    {
        var (status, text) = await servers.New.AskAsync($"/api/v1/migrations/{id}/compare", body);
        Assert.True(status == 202, text);
        var comparison = (string)JsonNode.Parse(text)!["id"]!;
        JsonNode? found = null;
        await Eventually.HoldsAsync("the comparison ends", async () =>
        {
            found = (await GetAsync(id))["comparisons"]!.AsArray().Single(one => (string)one!["id"]! == comparison);
            return (string)found!["state"]! != "running";
        }, () => found?.ToJsonString() ?? "nothing");
        return found!;
    }

    private async Task<string?> CodeAsync(string path, string body) => (string?)JsonNode.Parse((await servers.New.AskAsync(path, body)).Body)!["code"];

    public sealed class Servers : IAsyncLifetime
    {
        private ServerProcess _old = null!;

        public ServerProcess NewProcess { get; private set; } = null!;

        internal ServingServer New => new(NewProcess);

        public string OldUrl => $"{_old.BaseAddress}staging";

        public async ValueTask InitializeAsync()
        {
            _old = await ServerProcess.StartAsync();
            var old = new ServingServer(_old);
            await old.RegisterOnnxAsync("old", OnnxModels.Logistic([1f], 0), "x");
            await old.DeployAsync("staging", "old", ServingServer.Spec(ServingServer.Variant("old", 1)));
            NewProcess = await ServerProcess.StartAsync(environment: new Dictionary<string, string>
            {
                ["Orrery__Serving__Remote__Hosts__0"] = "127.0.0.1",
                ["Orrery__Serving__LogFlushSeconds"] = "1",
            });
        }

        public async ValueTask DisposeAsync()
        {
            await NewProcess.DisposeAsync();
            await _old.DisposeAsync();
        }
    }
}
