using System.Net;
using Xunit;

namespace Orrery.Tests.Conformance;

/// <summary>What is not MLflow's REST proper: health, version, and the answers where there is nothing.</summary>
public abstract class ServiceTests(Servers servers, Store store) : MlflowTest(servers, store)
{
    [Fact]
    public async Task Health_is_OK() => Assert.Equal("OK", (await Mlflow.GetAsync("/health")).Ok().Body);

    [Fact]
    public async Task The_version_is_below_3_4_so_that_clients_send_no_OTLP()
    {
        var version = Version.Parse((await Mlflow.GetAsync("/version")).Ok().Body);
        Assert.InRange(version, new Version(3, 0), new Version(3, 3, 99));
    }

    [Theory]
    [InlineData("POST", "/api/2.0/mlflow/traces")]
    [InlineData("GET", "/api/2.0/mlflow/traces")]
    [InlineData("PATCH", "/api/2.0/mlflow/traces/tr-1")]
    [InlineData("GET", "/api/2.0/mlflow/traces/tr-1/info")]
    [InlineData("POST", "/api/2.0/mlflow/traces/delete-traces")]
    [InlineData("PATCH", "/api/2.0/mlflow/traces/tr-1/tags")]
    [InlineData("POST", "/api/3.0/mlflow/traces")]
    [InlineData("GET", "/api/3.0/mlflow/traces/tr-1")]
    [InlineData("POST", "/api/3.0/mlflow/traces/search")]
    [InlineData("GET", "/api/3.0/mlflow/traces/batchGet?trace_ids=tr-1")]
    [InlineData("POST", "/api/3.0/mlflow/traces/tr-1/assessments")]
    [InlineData("POST", "/v1/traces")]
    [InlineData("POST", "/graphql")]
    [InlineData("GET", "/ajax-api/2.0/mlflow/gateway-proxy")]
    [InlineData("POST", "/ajax-api/2.0/mlflow/gateway-proxy")]
    [InlineData("POST", "/ajax-api/2.0/mlflow/runs/create-promptlab-run")]
    [InlineData("GET", "/ajax-api/2.0/mlflow/get-trace-artifact?request_id=tr-1")]
    public async Task What_is_not_offered_is_not_found(string method, string path) =>
        (await Mlflow.SendAsync(new HttpMethod(method), path, method == "GET" ? null : new { })).IsNoEndpoint();

    [Theory]
    [InlineData("GET", "/api/2.0/mlflow/no/such")]
    [InlineData("POST", "/api/2.0/mlflow/runs")]
    [InlineData("PUT", "/api/2.0/no")]
    [InlineData("GET", "/api/2.0/")]
    [InlineData("GET", "/api/3.0/mlflow/experiments/get?experiment_id=0")]
    [InlineData("GET", "/api/2.0/preview/mlflow/experiments/get?experiment_id=0")]
    [InlineData("GET", "/api/1.2/mlflow/experiments/get?experiment_id=0")]
    [InlineData("GET", "/ajax-api/2.0/mlflow/nothing")]
    [InlineData("GET", "/ajax-api/3.0/mlflow/nothing")]
    [InlineData("DELETE", "/api/2.0/mlflow-artifacts/nothing")]
    [InlineData("GET", "/api/2.0/mlflow/Experiments/Get/x")]
    public async Task An_unknown_path_is_answered_in_MLflows_shape(string method, string path) =>
        (await Mlflow.SendAsync(new HttpMethod(method), path)).IsNoEndpoint();

    [Theory]
    [InlineData("GET", "runs/create", "POST")]
    [InlineData("GET", "runs/search", "POST")]
    [InlineData("DELETE", "experiments/create", "POST")]
    [InlineData("POST", "runs/get", "GET")]
    [InlineData("POST", "registered-models/update", "PATCH")]
    [InlineData("PUT", "logged-models", "POST")]
    public async Task A_wrong_method_is_answered_in_MLflows_shape_and_says_the_right_one(string method, string path, string allowed)
    {
        var answer = (await Mlflow.SendAsync(new HttpMethod(method), path)).Fails(405, "ENDPOINT_NOT_FOUND");
        Assert.Contains(allowed, answer.Header("Allow"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "experiments/get?experiment_id=0")]
    [InlineData("GET", "experiments/search?max_results=5")]
    [InlineData("GET", "registered-models/search")]
    [InlineData("GET", "model-versions/search")]
    public async Task Both_roots_answer_alike(string method, string path)
    {
        var api = (await Mlflow.SendAsync(new HttpMethod(method), "/api/2.0/mlflow/" + path)).Ok();
        var ajax = (await Mlflow.SendAsync(new HttpMethod(method), "/ajax-api/2.0/mlflow/" + path)).Ok();
        Assert.Equal(api.Body, ajax.Body);
    }

    [Fact]
    public async Task Everything_can_be_written_under_the_ajax_root()
    {
        const string ajax = "/ajax-api/2.0/mlflow/";
        var run = (await Mlflow.PostAsync(ajax + "runs/create", new { experiment_id = "0" })).Ok().Text("run.info.run_id");
        (await Mlflow.PostAsync(ajax + "runs/log-metric", new { run_id = run, key = "m", value = 1, timestamp = 1 })).Gives("{}");
        (await Mlflow.PostAsync(ajax + "registered-models/create", new { name = "m" })).Ok();
        (await Mlflow.DeleteAsync(ajax + "registered-models/delete", new { name = "m" })).Gives("{}");
        (await Mlflow.PutAsync($"/ajax-api/2.0/mlflow-artifacts/artifacts/0/{run}/artifacts/a", [1])).Gives("{}");
    }

    [Fact]
    public async Task A_body_that_is_far_too_large_is_refused_in_MLflows_shape()
    {
        var refused = await Mlflow.SendRawAsync(HttpMethod.Post, "experiments/create", $$"""{"name": "x", "ignored": "{{Chars(5_000_000)}}"}""", "application/json");
        refused.Check(refused.Status is 200 or 400 or 413, "5 MB of JSON");
        refused.Check(refused["experiment_id"] is not null || refused["error_code"] is not null, "not in MLflow's shape");
    }

    [Fact]
    public async Task Health_is_read_by_any_prober()
    {
        (await Bare().SendAsync(HttpMethod.Get, "/health/live", null, null)).Is(HttpStatusCode.OK);
        (await Bare().SendAsync(HttpMethod.Get, "/health/ready", null, null)).Is(HttpStatusCode.OK);
    }
}

public sealed class ServiceOnSqlite(Servers servers) : ServiceTests(servers, Store.Sqlite);

public sealed class ServiceOnPostgres(Servers servers) : ServiceTests(servers, Store.Postgres);
