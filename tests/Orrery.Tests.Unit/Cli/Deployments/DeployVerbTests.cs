using System.Net;
using System.Text.Json;
using Orrery.Cli;
using Orrery.Contracts;
using Xunit;

namespace Orrery.Tests.Unit;

/// <summary>The verbs of serving against a scripted server: what they ask of it, and how they end.</summary>
public sealed class DeployVerbTests
{
    private const string Model = """{"registered_model":{"name":"churn"}}""";
    private const string Versions = """{"model_versions":[{"name":"churn","version":"9"},{"name":"churn","version":"10"}]}""";
    private const string Stable = """{"name":"stable","model":"churn","version":"9","weight":100,"output":"probabilities","min_replicas":2}""";
    private const string NoDeployment = """{"status":404,"code":"serving.deployment_not_found","detail":"There is no deployment churn in staging."}""";

    [Fact]
    public async Task A_first_version_is_deployed_and_waited_for()
    {
        var server = Known().Answer(HttpStatusCode.NotFound, NoDeployment)
            .Answer(HttpStatusCode.NotFound, """{"status":404,"code":"registry.package_not_read","detail":"not yet"}""")
            .Answer(Deployment(1, "loading")).Answer(Deployment(1, "loading", Node("loading", 1))).Answer(Deployment(1, "ready", Node("ready", 1)));

        var run = await CliRun.OfAsync(server, "deploy", "--model", "churn", "--version", "9", "--environment", "staging", "--replicas", "2", "--direct");

        Assert.Equal((ExitCodes.Ok, ""), (run.ExitCode, run.Error.Contains("mlops:", StringComparison.Ordinal) ? run.Error : ""));
        Assert.Contains("http://127.0.0.1:5000/staging/v1/models/churn:predict", run.Out, StringComparison.Ordinal);
        Assert.Contains("The registry is reading", run.Error, StringComparison.Ordinal);
        Assert.Contains("loading on n1", run.Error, StringComparison.Ordinal);
        var put = server.Requests.Where(static request => request.Method == HttpMethod.Put).ToList();
        Assert.Equal(2, put.Count);
        Assert.EndsWith("/api/v1/deployments/staging/churn?expected_revision=0", put[1].Url.PathAndQuery, StringComparison.Ordinal);
        Assert.Equal("""{"variants":[{"name":"stable","model":"churn","version":"9","weight":100,"shadow":false,"min_replicas":2}]}""", put[1].Body);
    }

    [Fact]
    public async Task The_latest_version_is_the_highest_and_a_canary_takes_the_stable_ones_settings()
    {
        var server = Known().Answer(Deployment(1, "ready")).Answer(Deployment(2, "ready"));

        var run = await CliRun.OfAsync(
            server, "deploy", "--model", "churn", "--version", "latest", "--environment", "staging", "--canary", "10%", "--sticky-header", "X-User-Id", "--no-wait", "--json");

        Assert.Equal(ExitCodes.Ok, run.ExitCode);
        Assert.Equal(2, JsonSerializer.Deserialize(run.Out, OrreryJson.TypeOf<Deployment>())!.Revision);
        var (_, url, body) = server.Requests[^1];
        Assert.EndsWith("?expected_revision=1", url.Query, StringComparison.Ordinal);
        var spec = JsonSerializer.Deserialize(body, OrreryJson.TypeOf<DeploymentSpec>())!;
        Assert.Equal([("stable", "9", 90), ("canary", "10", 10)], spec.Variants.Select(static one => (one.Name, one.Version, one.Weight)));
        Assert.Equal(("probabilities", 2, "X-User-Id"), (spec.Variants[1].Output, spec.Variants[1].MinReplicas, spec.Sticky!.Header));
    }

    [Fact]
    public async Task A_change_begins_anew_when_somebody_was_faster()
    {
        var server = Known().Answer(Deployment(1, "ready"))
            .Answer(HttpStatusCode.Conflict, """{"status":409,"code":"serving.revision_conflict","detail":"It is at revision 2."}""")
            .Answer(Deployment(2, "ready")).Answer(Deployment(3, "ready"));

        var run = await CliRun.OfAsync(server, "deploy", "--model", "churn", "--version", "10", "--environment", "staging", "--canary", "5", "--no-wait");

        Assert.Equal(ExitCodes.Ok, run.ExitCode);
        Assert.Equal(["?expected_revision=1", "?expected_revision=2"], server.Requests.Where(static one => one.Method == HttpMethod.Put).Select(static one => one.Url.Query));
    }

    [Fact]
    public async Task A_failed_deployment_ends_with_1_and_the_reason()
    {
        var failed = """{"node":"n1","revision":2,"serving":1,"state":"failed","reason":"The model is broken."}""";
        var server = Known().Answer(Deployment(1, "ready")).Answer(Deployment(2, "loading")).Answer(Deployment(2, "failed", failed));

        var run = await CliRun.OfAsync(server, "deploy", "--model", "churn", "--version", "10", "--environment", "staging", "--direct");

        Assert.Equal((ExitCodes.Failed, ""), (run.ExitCode, run.Out));
        Assert.Contains("The model is broken. Revision 1 goes on answering; 'mlops rollback churn --environment staging' goes back to it.", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Waiting_ends()
    {
        var server = Known().Answer(HttpStatusCode.NotFound, NoDeployment).Answer(Deployment(1, "loading", Node("loading", 1)));

        var run = await CliRun.OfAsync(server, "deploy", "--model", "churn", "--version", "9", "--environment", "staging", "--timeout", "3s", "--direct");

        Assert.Equal(ExitCodes.Failed, run.ExitCode);
        Assert.Contains("was not ready in time: Revision 1 of churn in staging: loading on n1.", run.Error, StringComparison.Ordinal);
        Assert.InRange(server.Requests.Count, 25, 60);
    }

    [Fact]
    public async Task A_version_that_is_not_there_is_told_with_those_that_are()
    {
        var run = await CliRun.OfAsync(Known(), "deploy", "--model", "churn", "--version", "11", "--environment", "staging");

        Assert.Equal(ExitCodes.NotFound, run.ExitCode);
        Assert.Equal("mlops: Model churn has no version 11; it has 10, 9.", run.Error.Trim());
    }

    [Fact]
    public async Task An_alias_that_is_not_there_is_told_with_those_that_are()
    {
        var server = new StubServer()
            .Answer(HttpStatusCode.BadRequest, """{"error_code":"INVALID_PARAMETER_VALUE","message":"Registered model alias best not found."}""")
            .Answer("""{"registered_model":{"name":"churn","aliases":[{"alias":"champion","version":"9"}]}}""");

        var run = await CliRun.OfAsync(server, "deploy", "--model", "churn", "--alias", "best", "--environment", "staging");

        Assert.Equal(ExitCodes.NotFound, run.ExitCode);
        Assert.Equal("mlops: Model churn has no alias best; it has champion=9.", run.Error.Trim());
    }

    [Theory]
    [InlineData("deploy", "--version", "1", "-e", "staging")]
    [InlineData("deploy", "--model", "m", "-e", "staging")]
    [InlineData("deploy", "--model", "m", "--version", "1")]
    [InlineData("deploy", "--model", "m", "--version", "1", "--alias", "a", "-e", "staging")]
    [InlineData("deploy", "--model", "m", "--version", "1", "-e", "staging", "--canary", "101")]
    [InlineData("deploy", "--model", "m", "--version", "1", "-e", "staging", "--canary", "5", "--shadow")]
    [InlineData("deploy", "--model", "m", "--version", "1", "-e", "staging", "--shadow-percent", "5")]
    [InlineData("deploy", "--model", "m", "--version", "1", "-e", "staging", "--timeout", "soon")]
    [InlineData("deploy", "-f", "d.yaml", "--replicas", "2")]
    [InlineData("rollback", "churn")]
    [InlineData("promote", "--environment", "staging")]
    [InlineData("predict", "churn", "-e", "staging")]
    [InlineData("deployments", "traffic", "churn", "-e", "staging")]
    [InlineData("deployments", "traffic", "churn", "stable=half", "-e", "staging")]
    [InlineData("deployments", "traffic", "churn", "stable=1", "stable=2", "-e", "staging")]
    public async Task A_wrong_command_line_asks_nothing_of_the_server(params string[] args)
    {
        var server = new StubServer().Answer("{}");

        var run = await CliRun.OfAsync(server, args);

        Assert.Equal((ExitCodes.Usage, ""), (run.ExitCode, run.Out));
        Assert.NotEmpty(run.Error);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task A_canary_is_promoted_and_one_that_is_not_there_is_not()
    {
        var canary = """{"name":"canary","model":"churn","version":"10","weight":10}""";
        var with = $$$"""{"name":"churn","environment":"staging","revision":4,"state":"ready","spec":{"variants":[{{{Stable}}},{{{canary}}}]}}""";
        var server = new StubServer().Answer(with).Answer(with).Answer(Deployment(5, "ready"));

        Assert.Equal(ExitCodes.Ok, (await CliRun.OfAsync(server, "promote", "churn", "-e", "staging")).ExitCode);
        Assert.Contains("""{"variants":[{"name":"stable","model":"churn","version":"10","weight":100""", server.Requests[2].Body, StringComparison.Ordinal);

        var none = await CliRun.OfAsync(new StubServer().Answer(Deployment(1, "ready")), "promote", "churn", "-e", "staging");
        Assert.Equal(ExitCodes.Usage, none.ExitCode);
        Assert.Contains("has no variant 'canary'; it has stable churn 9 100 %", none.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Shares_go_to_variants_that_are_there()
    {
        var server = new StubServer().Answer(Deployment(1, "ready"));

        Assert.Equal(ExitCodes.Usage, (await CliRun.OfAsync(server, "deployments", "traffic", "churn", "blue=1", "-e", "staging")).ExitCode);
        Assert.Equal(ExitCodes.Ok, (await CliRun.OfAsync(server, "deployments", "traffic", "churn", "stable=7", "-e", "staging")).ExitCode);
        Assert.Contains("\"weight\":7", server.Requests.Last(static one => one.Method == HttpMethod.Put).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_removed_without_a_yes()
    {
        var server = new StubServer().Answer(Deployment(1, "ready"));

        var asked = await CliRun.OfAsync(server, "deployments", "delete", "churn", "-e", "staging");
        Assert.Equal(ExitCodes.Usage, asked.ExitCode);
        Assert.Contains("--yes", asked.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(server.Requests, static one => one.Method == HttpMethod.Delete);
        Assert.Equal(ExitCodes.Ok, (await CliRun.OfAsync(server, "deployments", "delete", "churn", "-e", "staging", "--yes")).ExitCode);
        Assert.Contains(server.Requests, static one => one.Method == HttpMethod.Delete);
    }

    [Fact]
    public async Task A_prediction_goes_out_as_it_came_and_a_refusal_says_why()
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, "a,b\n1,2\n", TestContext.Current.CancellationToken);
            var server = new StubServer().Answer(HttpStatusCode.OK, """{"predictions": [0.25]}""", static answer => answer.Headers.Add("X-Orrery-Prediction-Id", "p7"));
            var run = await CliRun.OfAsync(server, "predict", "churn", "-e", "staging", "--input", file, "--variant", "canary", "--header", "X-User-Id=u1");

            Assert.Equal("""{"predictions": [0.25]}""", run.Out.Trim());
            Assert.Contains("Prediction p7", run.Error, StringComparison.Ordinal);
            Assert.Equal("""{"instances":[{"a":1,"b":2}]}""", server.Requests[0].Body);
            Assert.EndsWith("/staging/v1/models/churn:predict", server.Requests[0].Url.AbsolutePath, StringComparison.Ordinal);
            Assert.Equal(("canary", "u1"), (server.Messages[0].Headers.GetValues("X-Orrery-Variant").Single(), server.Messages[0].Headers.GetValues("X-User-Id").Single()));

            var wrong = await CliRun.OfAsync(new StubServer().Answer(HttpStatusCode.BadRequest, """{"error":"Instance 0 has no column 'c'."}"""), "predict", "churn", "-e", "staging", "--input", file);
            Assert.Equal((ExitCodes.Usage, "mlops: Instance 0 has no column 'c'."), (wrong.ExitCode, wrong.Error.Trim()));
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static StubServer Known() => new StubServer().Answer(Model).Answer(Versions);

    private static string Deployment(int revision, string state, params string[] nodes) =>
        $$"""{"name":"churn","environment":"staging","revision":{{revision}},"state":"{{state}}","spec":{"variants":[{{Stable}}]},"nodes":[{{string.Join(',', nodes)}}]}""";

    private static string Node(string state, int revision) => $$"""{"node":"n1","revision":{{revision}},"state":"{{state}}"}""";
}
