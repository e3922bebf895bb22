using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using Orrery.Contracts;
using Orrery.Serving;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Endpoints that are slow, away, overloaded or hostile.</summary>
public sealed class RemoteBadDayTests : IAsyncLifetime
{
    private const string Good = """{"outputs": [{"name": "y", "shape": [1], "datatype": "FP32", "data": [1]}]}""";

    private readonly FakeTimeProvider _time = new();
    private FakeEndpoint _endpoint = null!;
    private RemoteParts _parts = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _endpoint = await FakeEndpoint.StartAsync();
        _parts = new(_endpoint);
    }

    public ValueTask DisposeAsync() => _parts.DisposeAsync();

    [Theory]
    [InlineData(503)]
    [InlineData(502)]
    [InlineData(504)]
    [InlineData(429)]
    public async Task What_may_pass_is_tried_again(int status)
    {
        _endpoint.Answer = (number, context) => number < 3 ? FakeEndpoint.JsonAsync(context, "{}", status) : FakeEndpoint.JsonAsync(context, Good);
        var model = await _parts.OpenAsync(_parts.Spec() with { Retries = 2 });

        await model.InferAsync(RemoteParts.Call(1, 2), Cancel);

        Assert.Equal((2L, 1L), (_parts.Tries("unavailable"), _parts.Tries("ok")));
        Assert.All(_endpoint.Calls, call => Assert.Equal(_endpoint.Calls.First().Body, call.Body));
    }

    [Fact]
    public async Task A_connection_that_is_reset_before_the_answer_is_tried_again()
    {
        _endpoint.Answer = static (number, context) =>
        {
            if (number > 1)
                return FakeEndpoint.JsonAsync(context, Good);
            context.Abort();
            return Task.CompletedTask;
        };
        var model = await _parts.OpenAsync(_parts.Spec() with { Retries = 1 });

        await model.InferAsync(RemoteParts.Call(1, 2), Cancel);

        Assert.Equal((1L, 1L), (_parts.Tries("unreachable"), _parts.Tries("ok")));
    }

    [Fact]
    public async Task A_try_that_hangs_ends_in_its_time_and_the_next_may_succeed()
    {
        _endpoint.Answer = static (number, context) => number > 1 ? FakeEndpoint.JsonAsync(context, Good) : Task.Delay(Timeout.Infinite, context.RequestAborted);
        var model = await _parts.OpenAsync(_parts.Spec() with { Retries = 1, TimeoutMs = 300 });

        await model.InferAsync(RemoteParts.Call(1, 2), Cancel);

        Assert.Equal((1L, 1L), (_parts.Tries("timeout"), _parts.Tries("ok")));
    }

    [Theory]
    [InlineData(500, "{\"error\": \"out of memory\"}", 502, "failed (500): out of memory", "failed")]
    [InlineData(501, "<p>no</p>", 502, "failed (501): <p>no</p>", "failed")]
    [InlineData(401, "{\"error\": \"who are you\"}", 502, "does not let the server in (401): who are you", "denied")]
    [InlineData(404, "", 502, "does not know the model (404).", "denied")]
    [InlineData(204, "", 502, "answered 204.", "denied")]
    [InlineData(503, "{\"error\": \"later\"}", 502, "is not available (503): later", "unavailable")]
    [InlineData(429, "", 503, "takes no more requests now (429).", "unavailable")]
    public async Task What_the_endpoint_fails_at_is_told_and_is_not_the_callers_fault(int status, string body, int told, string message, string outcome)
    {
        _endpoint.Answer = (_, context) =>
        {
            context.Response.StatusCode = status;
            return status == 204 ? Task.CompletedTask : FakeEndpoint.JsonAsync(context, body, status);
        };
        var model = await _parts.OpenAsync();

        var failed = await Assert.ThrowsAsync<RemoteException>(async () => await model.InferAsync(RemoteParts.Call(1, 2), Cancel));

        Assert.Equal((told, $"{_endpoint.Address.Authority} {message}"), (failed.Status, failed.Message));
        Assert.Equal((1, 1L), (_endpoint.Calls.Count, _parts.Tries(outcome)));
    }

    [Theory]
    [InlineData(400, "{\"error\": \"x is too long\"}", "x is too long")]
    [InlineData(422, "{\"detail\": [{\"loc\": \"inputs\"}]}", "[{\"loc\": \"inputs\"}]")]
    [InlineData(413, "too\nlarge", "too large")]
    public async Task What_is_wrong_with_the_request_is_told_to_the_caller_and_not_tried_again(int status, string body, string message)
    {
        _endpoint.Answer = (_, context) => FakeEndpoint.JsonAsync(context, body, status);
        var model = await _parts.OpenAsync(_parts.Spec() with { Retries = 3 });

        var wrong = await Assert.ThrowsAsync<TensorException>(async () => await model.InferAsync(RemoteParts.Call(1, 2), Cancel));

        Assert.Equal($"{_endpoint.Address.Authority} refuses the request ({status}): {message}", wrong.Message);
        Assert.Equal((1, 1L), (_endpoint.Calls.Count, _parts.Tries("refused")));
    }

    [Fact]
    public async Task An_endpoint_that_is_gone_is_tried_as_often_as_is_said()
    {
        var model = await _parts.OpenAsync(_parts.Spec() with { Retries = 2 });
        var authority = _endpoint.Address.Authority;
        await _endpoint.DisposeAsync();

        var gone = await Assert.ThrowsAsync<RemoteException>(async () => await model.InferAsync(RemoteParts.Call(1, 2), Cancel));

        Assert.Equal((502, 3L), (gone.Status, _parts.Tries("unreachable")));
        Assert.Equal($"{authority} takes no connections.", gone.Message);
    }

    [Fact]
    public async Task No_try_begins_after_what_the_endpoint_asks_to_wait_for_longer_than_the_request_has()
    {
        _endpoint.Answer = static (_, context) =>
        {
            context.Response.Headers.RetryAfter = "30";
            return FakeEndpoint.JsonAsync(context, "{}", 503);
        };
        var model = await _parts.OpenAsync(_parts.Spec() with { Retries = 5 });
        var call = RemoteParts.Call(1, 2);
        call.Deadline = Environment.TickCount64 + 20_000;

        await Assert.ThrowsAsync<RemoteException>(async () => await model.InferAsync(call, Cancel));

        Assert.Single(_endpoint.Calls);
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using var metadata = await FakeEndpoint.StartAsync();
        _endpoint.Answer = (_, context) =>
        {
            context.Response.Headers.Location = $"{metadata.Address}latest/meta-data";
            return FakeEndpoint.JsonAsync(context, "", 307);
        };
        var model = await _parts.OpenAsync(_parts.Spec() with { Retries = 2 });

        var refused = await Assert.ThrowsAsync<RemoteException>(async () => await model.InferAsync(RemoteParts.Call(1, 2), Cancel));

        Assert.Contains("sends elsewhere (307), which is not followed", refused.Message, StringComparison.Ordinal);
        Assert.Equal((502, 0), (refused.Status, metadata.Calls.Count));
    }

    [Theory]
    [InlineData("chunks")]
    [InlineData("length")]
    public async Task An_answer_without_end_is_broken_off(string how)
    {
        _endpoint.Answer = async (_, context) =>
        {
            if (how == "length")
                context.Response.ContentLength = 1L << 40;
            var part = new byte[1 << 16];
            while (!context.RequestAborted.IsCancellationRequested)
                await context.Response.Body.WriteAsync(part, context.RequestAborted);
        };
        _parts.Options.Remote.MaxAnswerMb = 1;
        var model = await _parts.OpenAsync();

        var refused = await Assert.ThrowsAsync<RemoteException>(async () => await model.InferAsync(RemoteParts.Call(1, 2), Cancel));

        Assert.Equal($"{_endpoint.Address.Authority} answered with more than 1 MiB (Orrery:Serving:Remote:MaxAnswerMb).", refused.Message);
    }

    [Fact]
    public async Task An_answer_that_is_packed_is_none()
    {
        _endpoint.Answer = static (_, context) =>
        {
            context.Response.Headers.ContentEncoding = "gzip";
            return FakeEndpoint.JsonAsync(context, Good);
        };
        var model = await _parts.OpenAsync(_parts.Spec() with { Retries = 3 });

        var packed = await Assert.ThrowsAsync<RemoteException>(async () => await model.InferAsync(RemoteParts.Call(1, 2), Cancel));

        Assert.EndsWith("answered with the content coding gzip, which was not asked for.", packed.Message, StringComparison.Ordinal);
        Assert.Single(_endpoint.Calls);
    }

    [Fact]
    public async Task An_answer_that_breaks_off_is_not_asked_for_again()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        // One connection for the state, one for the prediction; a third would wait for ever.
        var answering = AnswerAsync(listener, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}", "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"predictions\": [");
        var model = await _parts.OpenAsync(_parts.Spec("v1") with { Url = $"http://{listener.LocalEndpoint}", Retries = 3 });

        var broken = await Assert.ThrowsAsync<RemoteException>(async () => await model.InferAsync(RemoteParts.Call(1, 2), Cancel));

        Assert.EndsWith("broke off in the middle of its answer.", broken.Message, StringComparison.Ordinal);
        await answering;
    }

    [Fact]
    public async Task What_does_not_speak_http_is_told()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var answering = AnswerAsync(listener, "SSH-2.0-OpenSSH_9.2\r\n");
        var spec = _parts.Spec() with { Url = $"http://{listener.LocalEndpoint}" };

        var refused = await Assert.ThrowsAsync<RemoteException>(() => _parts.OpenAsync(spec));

        Assert.EndsWith("does not answer in HTTP, or with too many headers.", refused.Message, StringComparison.Ordinal);
        await answering;
    }

    [Fact]
    public async Task Requests_beyond_the_connections_are_refused_at_once()
    {
        var arrived = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        _endpoint.Answer = async (_, context) =>
        {
            arrived.SetResult();
            await go.Task;
            await FakeEndpoint.JsonAsync(context, Good);
        };
        _parts.Options.Remote.MaxConnections = 1;
        var model = await _parts.OpenAsync();
        var first = model.InferAsync(RemoteParts.Call(1, 2), Cancel).AsTask();
        await arrived.Task;

        var busy = await Assert.ThrowsAsync<ModelUnavailableException>(async () => await model.InferAsync(RemoteParts.Call(1, 2), Cancel));

        Assert.Contains("1 requests are at work", busy.Message, StringComparison.Ordinal);
        go.SetResult();
        await first;
    }

    [Fact]
    public async Task A_request_whose_time_is_shorter_than_a_try_ends_in_it_and_counts_against_the_endpoint()
    {
        _endpoint.Answer = static (_, context) => Task.Delay(Timeout.Infinite, context.RequestAborted);
        var model = await _parts.OpenAsync(_parts.Spec() with { Retries = 3 });
        var call = RemoteParts.Call(1, 2);
        call.Deadline = Environment.TickCount64 + 200;
        using var deadline = new CancellationTokenSource(200);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await model.InferAsync(call, deadline.Token));

        Assert.Equal((1, 1L, 0L), (_endpoint.Calls.Count, _parts.Tries("timeout"), _parts.Tries("cancelled")));
    }

    [Fact]
    public async Task A_caller_who_leaves_ends_the_call_and_says_nothing_of_the_endpoint()
    {
        var ended = new TaskCompletionSource();
        using var gone = new CancellationTokenSource();
        _endpoint.Answer = async (_, context) =>
        {
            await gone.CancelAsync();
            context.RequestAborted.Register(() => ended.TrySetResult());
            await ended.Task;
        };
        var model = await _parts.OpenAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await model.InferAsync(RemoteParts.Call(1, 2), gone.Token));

        await ended.Task.WaitAsync(TimeSpan.FromSeconds(10), Cancel);
        Assert.Equal(1, _parts.Tries("cancelled"));
    }

    [Fact]
    public async Task An_endpoint_that_fails_is_left_alone_tried_once_and_taken_up_again()
    {
        await using var parts = new RemoteParts(await FakeEndpoint.StartAsync(), _time);
        (parts.Options.Remote.CircuitTries, parts.Options.Remote.CircuitOpenSeconds) = (4, 5);
        var isWell = false;
        parts.Endpoint.Answer = (_, context) => isWell ? FakeEndpoint.JsonAsync(context, Good) : FakeEndpoint.JsonAsync(context, """{"error": "broken"}""", 500);
        var model = await parts.OpenAsync();
        for (var failed = 0; failed < 4; failed++)
            await Assert.ThrowsAsync<RemoteException>(async () => await model.InferAsync(RemoteParts.Call(1, 2), Cancel));

        var open = await Assert.ThrowsAsync<ModelUnavailableException>(async () => await model.InferAsync(RemoteParts.Call(1, 2), Cancel));
        Assert.Equal((TimeSpan.FromSeconds(5), 4, 1), (open.RetryAfter, parts.Endpoint.Calls.Count, parts.LookAtCircuit()));
        Assert.EndsWith("failed (500): broken", open.Message, StringComparison.Ordinal);

        _time.Advance(TimeSpan.FromSeconds(5));
        await Assert.ThrowsAsync<RemoteException>(async () => await model.InferAsync(RemoteParts.Call(1, 2), Cancel));
        await Assert.ThrowsAsync<ModelUnavailableException>(async () => await model.InferAsync(RemoteParts.Call(1, 2), Cancel));
        Assert.Equal(5, parts.Endpoint.Calls.Count);

        isWell = true;
        _time.Advance(TimeSpan.FromSeconds(5));
        await model.InferAsync(RemoteParts.Call(1, 2), Cancel);
        await model.InferAsync(RemoteParts.Call(1, 2), Cancel);
        Assert.Equal((7, 0), (parts.Endpoint.Calls.Count, parts.LookAtCircuit()));
    }

    // Each on a connection of its own, and then no more; what the client sends is read until it goes.
    private static async Task AnswerAsync(TcpListener listener, params string[] answers)
    {
        foreach (var answer in answers)
        {
            using var client = await listener.AcceptTcpClientAsync(Cancel);
            var stream = client.GetStream();
            var buffer = new byte[4096];
            await stream.ReadAtLeastAsync(buffer, 1, cancellationToken: Cancel);
            await stream.WriteAsync(Encoding.ASCII.GetBytes(answer), Cancel);
            client.Client.Shutdown(SocketShutdown.Send);
            try
            {
                while (await stream.ReadAsync(buffer, Cancel) > 0)
                {
                }
            }
            catch (IOException)
            {
                // It goes without a word.
            }
        }
    }
}
