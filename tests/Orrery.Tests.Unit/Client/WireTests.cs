using System.Net;
using Orrery.Client;
using Orrery.Contracts;
using Xunit;

namespace Orrery.Tests.Unit;

public sealed class WireTests
{
    private const string Run = """{"run":{"info":{"run_id":"r","experiment_id":"1","status":"RUNNING"},"data":{}}}""";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(HttpStatusCode.RequestTimeout)]
    [InlineData(HttpStatusCode.TooManyRequests)]
    [InlineData(HttpStatusCode.BadGateway)]
    [InlineData(HttpStatusCode.ServiceUnavailable)]
    [InlineData(HttpStatusCode.GatewayTimeout)]
    public async Task A_read_is_tried_again_until_it_succeeds(HttpStatusCode status)
    {
        var server = new StubServer().Answer(status).Answer(status).Answer(Run);
        using var client = server.Client();

        var run = await client.Runs.GetAsync("r", Cancel);

        Assert.Equal("r", run.Info.RunId);
        Assert.Equal(3, server.Requests.Count);
    }

    [Theory]
    [InlineData(HttpStatusCode.BadRequest)]
    [InlineData(HttpStatusCode.InternalServerError)]
    [InlineData(HttpStatusCode.NotFound)]
    public async Task A_refusal_is_not_tried_again(HttpStatusCode status)
    {
        var server = new StubServer().Answer(status);
        using var client = server.Client();

        await Assert.ThrowsAsync<OrreryApiException>(() => client.Runs.GetAsync("r", Cancel));

        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData(HttpStatusCode.BadGateway, 1)]
    [InlineData(HttpStatusCode.GatewayTimeout, 1)]
    [InlineData(HttpStatusCode.ServiceUnavailable, 1)]
    [InlineData(HttpStatusCode.TooManyRequests, 2)]
    public async Task A_create_is_tried_again_only_when_the_server_surely_did_not_act(HttpStatusCode status, int requests)
    {
        var server = new StubServer().Answer(status).Answer(Run);
        using var client = server.Client();

        await Record.ExceptionAsync(() => client.Runs.CreateAsync(new CreateRun { ExperimentId = "1" }, Cancel));

        Assert.Equal(requests, server.Requests.Count);
    }

    [Theory]
    [InlineData(HttpRequestError.ConnectionError, 2)]
    [InlineData(HttpRequestError.ResponseEnded, 1)]
    public async Task A_create_that_broke_off_is_tried_again_only_when_no_connection_was_made(HttpRequestError error, int requests)
    {
        var server = new StubServer().Answer(_ => throw new HttpRequestException(error, "broken")).Answer(Run);
        using var client = server.Client();

        await Record.ExceptionAsync(() => client.Runs.CreateAsync(new CreateRun { ExperimentId = "1" }, Cancel));

        Assert.Equal(requests, server.Requests.Count);
    }

    [Fact]
    public async Task Retry_after_is_honoured()
    {
        var time = new InstantTime();
        var server = new StubServer()
            .Answer(HttpStatusCode.TooManyRequests, more: response => response.Headers.RetryAfter = new(TimeSpan.FromSeconds(7)))
            .Answer(Run);
        using var client = server.Client(new() { Time = time });

        await client.Runs.GetAsync("r", Cancel);

        Assert.Contains(TimeSpan.FromSeconds(7), time.Waits);
    }

    [Fact]
    public async Task A_server_that_asks_for_an_hour_is_not_waited_for()
    {
        var server = new StubServer()
            .Answer(HttpStatusCode.TooManyRequests, more: response => response.Headers.RetryAfter = new(TimeSpan.FromHours(1)));
        using var client = server.Client();

        await Assert.ThrowsAsync<OrreryApiException>(() => client.Runs.GetAsync("r", Cancel));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Tries_end()
    {
        var server = new StubServer().Answer(HttpStatusCode.BadGateway);
        using var client = server.Client(new() { Retries = 2 });

        var refused = await Assert.ThrowsAsync<OrreryApiException>(() => client.Runs.GetAsync("r", Cancel));

        Assert.Equal(HttpStatusCode.BadGateway, refused.Status);
        Assert.Equal(3, server.Requests.Count);
    }

    [Fact]
    public async Task No_connection_is_an_exception_of_its_own()
    {
        var server = new StubServer().Answer(_ => throw new HttpRequestException(HttpRequestError.ConnectionError, "Connection refused"));
        using var client = server.Client(new() { Retries = 0 });

        var failed = await Assert.ThrowsAsync<OrreryConnectionException>(() => client.Runs.GetAsync("r", Cancel));

        Assert.Contains("http://stub:5000/", failed.Message, StringComparison.Ordinal);
        Assert.Contains("Connection refused", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_mlflow_error_keeps_its_code_and_message()
    {
        var server = new StubServer().Answer(
            HttpStatusCode.NotFound,
            """{"error_code": "RESOURCE_DOES_NOT_EXIST", "message": "Run with id=r not found"}""",
            response => response.Headers.Add(OrreryHeaders.RequestId, "req-1"));
        using var client = server.Client();

        var refused = await Assert.ThrowsAsync<OrreryApiException>(() => client.Runs.GetAsync("r", Cancel));

        Assert.Equal("RESOURCE_DOES_NOT_EXIST", refused.ErrorCode);
        Assert.Equal("Run with id=r not found", refused.Message);
        Assert.Equal("req-1", refused.RequestId);
        Assert.True(refused.IsNotFound);
    }

    [Fact]
    public async Task A_problem_keeps_its_code_and_names_each_fault()
    {
        var server = new StubServer().Answer(
            HttpStatusCode.Conflict,
            """
            {"title":"Conflict","status":409,"detail":"The run is not whole.","code":"import.incomplete","request_id":"q",
             "errors":[{"field":"params","message":"expected 3, found 2"}]}
            """);
        using var client = server.Client();

        var refused = await Assert.ThrowsAsync<OrreryApiException>(
            () => client.Imports.CompleteRunAsync("r", new CompleteImport { Source = "s", Expected = new() { Params = 3 } }, Cancel));

        Assert.Equal(ImportCodes.Incomplete, refused.ErrorCode);
        Assert.Equal("The run is not whole. params: expected 3, found 2", refused.Message);
        Assert.Equal("q", refused.RequestId);
    }

    [Fact]
    public async Task A_page_of_a_proxy_is_not_quoted()
    {
        var server = new StubServer().Answer(HttpStatusCode.Forbidden, "<html><body>secret</body></html>");
        using var client = server.Client();

        var refused = await Assert.ThrowsAsync<OrreryApiException>(() => client.Runs.GetAsync("r", Cancel));

        Assert.DoesNotContain("html", refused.Message, StringComparison.Ordinal);
        Assert.Contains("403", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_workspace_is_a_path_prefix_and_the_token_a_bearer()
    {
        var server = new StubServer().Answer(Run);
        using var client = server.Client(new() { Workspace = "risk team", Token = "t0" });

        await client.Runs.GetAsync("a b", Cancel);

        Assert.Equal("http://stub:5000/w/risk%20team/api/2.0/mlflow/runs/get?run_id=a%20b", server.Requests[0].Url.AbsoluteUri);
        Assert.Equal("Bearer t0", server.Messages[0].Headers.Authorization?.ToString());
    }

    [Fact]
    public async Task Pages_are_walked_to_the_end()
    {
        var server = new StubServer()
            .Answer("""{"runs":[{"info":{"run_id":"a","experiment_id":"1"}}],"next_page_token":"p2"}""")
            .Answer("""{"runs":[{"info":{"run_id":"b","experiment_id":"1"}}],"next_page_token":"p3"}""")
            .Answer("{}");
        using var client = server.Client();

        var ids = await client.Runs.SearchAsync(new SearchRuns { ExperimentIds = ["1"] }, Cancel)
            .Select(run => run.Info.RunId)
            .ToListAsync(Cancel);

        Assert.Equal(["a", "b"], ids);
        Assert.Equal(3, server.Requests.Count);
        Assert.Contains("\"page_token\":\"p2\"", server.Requests[1].Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancelled_call_is_cancelled_and_not_a_time_out()
    {
        using var stop = new CancellationTokenSource();
        var server = new StubServer().Answer(_ =>
        {
            stop.Cancel();
            throw new OperationCanceledException(stop.Token);
        });
        using var client = server.Client();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.Runs.GetAsync("r", stop.Token));
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData("ftp://host/")]
    [InlineData("file:///tmp")]
    public void An_address_that_is_not_http_is_refused(string address) =>
        Assert.Throws<ArgumentException>(() => new OrreryClient(new Uri(address)).Dispose());
}
