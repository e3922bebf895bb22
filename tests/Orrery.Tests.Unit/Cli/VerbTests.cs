using System.Net;
using System.Text.Json;
using Orrery.Cli;
using Orrery.Contracts;
using Xunit;

namespace Orrery.Tests.Unit;

public sealed class VerbTests
{
    private const string Run = """
        {"info":{"run_id":"abc","run_name":"first","experiment_id":"1","status":"FINISHED","start_time":1000,"end_time":63000,"lifecycle_stage":"active"},
         "data":{"metrics":[{"key":"auc","value":0.912345678,"timestamp":5,"step":3}],"params":[{"key":"lr","value":"0.1"}]}}
        """;

    [Theory]
    [InlineData("--name, --description, --tag, --untag.", "models", "update", "churn")]
    [InlineData("--name, --tag, --untag.", "experiments", "update", "churn")]
    [InlineData("--name, --tag, --untag.", "runs", "update", "r1")]
    [InlineData("'a' is not key=value", "runs", "update", "r1", "--name", "best", "--tag", "a")]
    public async Task An_update_that_changes_nothing_or_cannot_be_read_asks_nothing(string told, params string[] line)
    {
        var server = new StubServer();
        var run = await CliRun.OfAsync(server, line);
        Assert.Equal((ExitCodes.Usage, 0), (run.ExitCode, server.Requests.Count));
        Assert.Contains(told, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Results_are_the_wires_record_as_json()
    {
        var run = await CliRun.OfAsync(new StubServer().Answer($$"""{"run":{{Run}}}"""), "runs", "show", "abc", "--json");

        Assert.Equal(ExitCodes.Ok, run.ExitCode);
        Assert.Equal("first", JsonSerializer.Deserialize(run.Out, OrreryJson.TypeOf<Run>())!.Info.RunName);
        Assert.Empty(run.Error);
    }

    [Fact]
    public async Task Results_are_a_table_for_people()
    {
        var server = new StubServer()
            .Answer("""{"experiment":{"experiment_id":"1","name":"churn"}}""")
            .Answer($$"""{"runs":[{{Run}}],"next_page_token":"more"}""");

        var run = await CliRun.OfAsync(server, "runs", "list", "--experiment", "churn", "--filter", "metrics.auc > 0.8", "--limit", "1");

        Assert.Equal(ExitCodes.Ok, run.ExitCode);
        Assert.Contains("abc", run.Out, StringComparison.Ordinal);
        Assert.Contains("auc=0.912346", run.Out, StringComparison.Ordinal);
        Assert.Contains("1m 2s", run.Out, StringComparison.Ordinal);
        Assert.Contains("--page-token more", run.Error, StringComparison.Ordinal);
        Assert.Contains("\"filter\":\"metrics.auc \\u003E 0.8\"", server.Requests[1].Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Linking_a_person_names_them_here_and_at_the_provider()
    {
        var server = new StubServer().Answer(
            """{"principal_id":"usr_0123456789abcdefghijkl","issuer":"https://login.example.com","subject":"00u|7","linked_by":"root","linked_at":"2026-11-21T00:00:00+00:00"}""");

        var run = await CliRun.OfAsync(server, "people", "link", "usr_0123456789abcdefghijkl", "--subject", "00u|7");

        Assert.Equal(ExitCodes.Ok, run.ExitCode);
        Assert.Contains("usr_0123456789abcdefghijkl is 00u|7 at https://login.example.com.", run.Out, StringComparison.Ordinal);
        Assert.EndsWith("/api/v1/people/usr_0123456789abcdefghijkl/sso-link", server.Requests[0].Url.AbsolutePath, StringComparison.Ordinal);
        Assert.Contains("\"subject\":\"00u|7\"", server.Requests[0].Body, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Usage, (await CliRun.OfAsync(new StubServer(), "people", "link", "usr_0123456789abcdefghijkl")).ExitCode);
    }

    [Fact]
    public async Task Quiet_lists_only_ids()
    {
        var server = new StubServer().Answer("""{"experiments":[{"experiment_id":"7","name":"a"},{"experiment_id":"8","name":"b"}],"next_page_token":"x"}""");

        var run = await CliRun.OfAsync(server, "experiments", "list", "-q");

        Assert.Equal(["7", "8"], run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        Assert.Empty(run.Error);
    }

    [Theory]
    [InlineData(HttpStatusCode.NotFound, "RESOURCE_DOES_NOT_EXIST", ExitCodes.NotFound)]
    [InlineData(HttpStatusCode.BadRequest, "INVALID_PARAMETER_VALUE", ExitCodes.Usage)]
    [InlineData(HttpStatusCode.BadRequest, "RESOURCE_ALREADY_EXISTS", ExitCodes.Refused)]
    [InlineData(HttpStatusCode.Conflict, "RESOURCE_CONFLICT", ExitCodes.Refused)]
    [InlineData(HttpStatusCode.Forbidden, "PERMISSION_DENIED", ExitCodes.Refused)]
    [InlineData(HttpStatusCode.InternalServerError, "INTERNAL_ERROR", ExitCodes.Failed)]
    public async Task A_refusal_of_the_server_becomes_an_exit_code_and_a_message(HttpStatusCode status, string code, int exitCode)
    {
        var server = new StubServer().Answer(status, $$"""{"error_code":"{{code}}","message":"because"}""");

        var run = await CliRun.OfAsync(server, "runs", "show", "abc");

        Assert.Equal(exitCode, run.ExitCode);
        Assert.Empty(run.Out);
        Assert.StartsWith("mlops: because", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Errors_are_json_on_standard_error_when_asked()
    {
        var server = new StubServer().Answer(HttpStatusCode.NotFound, """{"error_code":"RESOURCE_DOES_NOT_EXIST","message":"no run"}""");

        var run = await CliRun.OfAsync(server, "runs", "show", "abc", "--json");

        var error = JsonDocument.Parse(run.Error).RootElement;
        Assert.Equal("RESOURCE_DOES_NOT_EXIST", error.GetProperty("code").GetString());
        Assert.Equal(ExitCodes.NotFound, error.GetProperty("exit_code").GetInt32());
        Assert.Empty(run.Out);
    }

    [Fact]
    public async Task An_unreachable_server_has_an_exit_code_of_its_own()
    {
        var server = new StubServer().Answer(_ => throw new HttpRequestException(HttpRequestError.ConnectionError, "Connection refused"));

        var run = await CliRun.OfAsync(server, "models", "list");

        Assert.Equal(ExitCodes.Unreachable, run.ExitCode);
        Assert.Contains("Connection refused", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("runs", "lst")]
    [InlineData("runs", "show")]
    [InlineData("runs", "compare", "only-one")]
    [InlineData("runs", "list", "--limit", "0")]
    [InlineData("runs", "list", "--view", "some")]
    [InlineData("runs", "log", "r", "--metric", "auc")]
    [InlineData("runs", "log", "r", "--metric", "auc=high")]
    [InlineData("runs", "log", "r", "--metric", "auc=1@last")]
    [InlineData("gc", "--older-than", "soon")]
    [InlineData("models", "alias", "m", "champion")]
    [InlineData("experiments", "list", "--server", "sqlite:///mlflow.db")]
    [InlineData("jobs", "list", "--state", "asleep")]
    [InlineData("nonsense")]
    public async Task A_wrong_command_line_is_explained_on_standard_error_alone(params string[] args)
    {
        var run = await CliRun.OfAsync(new StubServer().Answer("{}"), args);

        Assert.Equal(ExitCodes.Usage, run.ExitCode);
        Assert.NotEmpty(run.Error);
        Assert.Empty(run.Out);
    }

    [Fact]
    public async Task Metrics_params_and_tags_are_logged_in_one_batch_and_the_run_ended()
    {
        var server = new StubServer().Answer("""{"run_info":{"run_id":"r","experiment_id":"1","status":"FINISHED"}}""");

        var run = await CliRun.OfAsync(
            server, "runs", "log", "r", "--metric", "auc=0.9@7", "--metric", "loss=NaN", "--param", "a=b=c", "--tag", "t=", "--status", "FINISHED");

        Assert.Equal(ExitCodes.Ok, run.ExitCode);
        Assert.Equal(2, server.Requests.Count);
        var batch = JsonSerializer.Deserialize(server.Requests[0].Body, OrreryJson.TypeOf<LogBatch>())!;
        Assert.Equal([("auc", 0.9, 7L), ("loss", double.NaN, 0L)], batch.Metrics.Select(metric => (metric.Key, metric.Value, metric.Step)));
        Assert.Equal([new Param("a", "b=c")], batch.Params);
        Assert.Equal([new Tag("t", "")], batch.Tags);
        var change = JsonSerializer.Deserialize(server.Requests[1].Body, OrreryJson.TypeOf<UpdateRun>())!;
        Assert.Equal(RunStatus.Finished, change.Status);
        Assert.NotNull(change.EndTime);
    }

    [Fact]
    public async Task Text_of_others_cannot_move_the_cursor()
    {
        var server = new StubServer().Answer("""{"experiments":[{"experiment_id":"7","name":"\u001b[2Jevil"}]}""");

        var run = await CliRun.OfAsync(server, "experiments", "list");

        Assert.DoesNotContain('\u001b', run.Out);
        Assert.Contains("evil", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Gc_waits_for_its_job_and_reports_what_it_removed()
    {
        var server = new StubServer()
            .Answer(HttpStatusCode.Accepted, """{"job_id":"j","kind":"tracking.gc","state":"queued"}""")
            .Answer("""{"job_id":"j","kind":"tracking.gc","state":"running"}""")
            .Answer("""{"job_id":"j","kind":"tracking.gc","state":"succeeded","result":{"runs":3,"artifacts":5,"bytes":2048,"kept_because_registered":1}}""");

        var run = await CliRun.OfAsync(server, "gc", "--older-than", "1d12h", "--yes");

        Assert.Equal(ExitCodes.Ok, run.ExitCode);
        Assert.Contains("\"older_than\":\"P1DT12H\"", server.Requests[0].Body, StringComparison.Ordinal);
        Assert.Contains("3 runs", run.Out, StringComparison.Ordinal);
        Assert.Contains("2 KiB", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failed_gc_fails()
    {
        var server = new StubServer().Answer("""{"job_id":"j","kind":"tracking.gc","state":"failed","error":{"code":"x","message":"disk"}}""");

        var run = await CliRun.OfAsync(server, "gc", "--yes");

        Assert.Equal(ExitCodes.Failed, run.ExitCode);
        Assert.Contains("disk", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Versions_are_registered_and_aliased_in_one_go()
    {
        var server = new StubServer()
            .Answer("""{"run":{"info":{"run_id":"r","experiment_id":"1","artifact_uri":"mlflow-artifacts:/1/r/artifacts"}}}""")
            .Answer(HttpStatusCode.BadRequest, """{"error_code":"RESOURCE_ALREADY_EXISTS","message":"there"}""")
            .Answer("""{"model_version":{"name":"churn","version":"4","status":"PENDING_REGISTRATION"}}""")
            .Answer("""{"model_version":{"name":"churn","version":"4","status":"PENDING_REGISTRATION"}}""")
            .Answer("""{"model_version":{"name":"churn","version":"4","status":"READY"}}""")
            .Answer("{}");

        var run = await CliRun.OfAsync(server, "models", "register", "churn", "runs:/r/model", "--alias", "champion");

        Assert.Equal(ExitCodes.Ok, run.ExitCode);
        Assert.Equal("4", run.Out.Trim());
        Assert.Contains("\"source\":\"mlflow-artifacts:/1/r/artifacts/model\"", server.Requests[2].Body, StringComparison.Ordinal);
        Assert.Contains("\"run_id\":\"r\"", server.Requests[2].Body, StringComparison.Ordinal);
        Assert.Contains("champion", server.Requests[^1].Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    public async Task Shells_are_told_how_to_complete(string shell)
    {
        var run = await CliRun.OfAsync(new StubServer().Answer("{}"), "completion", shell);

        Assert.Equal(ExitCodes.Ok, run.ExitCode);
        Assert.Contains("[suggest:", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_program_suggests_its_verbs()
    {
        var run = await CliRun.OfAsync(new StubServer().Answer("{}"), "[suggest:16]", "mlops models sta");

        Assert.Contains("stage", run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("30d", 30 * 24 * 60)]
    [InlineData("1d12h30m", 36 * 60 + 30)]
    [InlineData("0d", 0)]
    public void Times_are_read_as_people_write_them(string text, int minutes)
    {
        Assert.True(DurationText.TryParse(text, out var time));
        Assert.Equal(TimeSpan.FromMinutes(minutes), time);
    }

    [Theory]
    [InlineData("")]
    [InlineData("30")]
    [InlineData("d")]
    [InlineData("-1d")]
    [InlineData("1h1d")]
    [InlineData("99999999d")]
    public void What_is_no_time_is_refused(string text) => Assert.False(DurationText.TryParse(text, out _));
}
