using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Orrery.Serving;

/// <summary>Asks one model of an endpoint: tries, waits between them, and leaves an endpoint alone that fails.</summary>
internal sealed class RemoteCalls : IDisposable
{
    // Timers may fire before the clock shows their time.
    private static readonly TimeSpan TimerSlack = TimeSpan.FromMilliseconds(50);

    private static readonly RemoteOutcome[] Outcomes = Enum.GetValues<RemoteOutcome>();

    private readonly HttpMessageInvoker _http;
    private readonly RemoteTarget _target;
    private readonly RemoteGate _gate;
    private readonly RemoteOptions _options;
    private readonly RemoteMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly RemoteCircuit _circuit;
    private readonly RemoteBackoff _backoff;
    private readonly string _name;
    private readonly KeyValuePair<string, object?>[][] _byOutcome;
    private volatile string _lastFailure = "";

    public RemoteCalls(
        ModelRecipe recipe, RemoteTarget target, HttpMessageInvoker http, RemoteGate gate, RemoteOptions options, RemoteMetrics metrics, TimeProvider time, ILogger logger)
    {
        (_http, _target, _gate, _options, _metrics, _time, _logger) = (http, target, gate, options, metrics, time, logger);
        _circuit = new(options, time);
        _backoff = new(time);
        _name = $"{recipe.Model} {recipe.Version}";
        Tags = [new("model", recipe.Model), new("version", recipe.Version), new("endpoint", target.Endpoint), new("workspace", recipe.Workspace.Value)];
        _byOutcome = [.. Outcomes.Select(outcome => (KeyValuePair<string, object?>[])[.. Tags, new("outcome", outcome.ToString().ToLowerInvariant())])];
        metrics.Show(this);
    }

    /// <summary>Of its metrics.</summary>
    public KeyValuePair<string, object?>[] Tags { get; }

    /// <summary>Whether the endpoint is asked.</summary>
    public CircuitState Circuit => _circuit.State;

    /// <summary>Asks until there is an answer, and adds its outputs to the call.</summary>
    /// <exception cref="TensorException">The endpoint says that the request is wrong.</exception>
    /// <exception cref="ModelException">There is no answer.</exception>
    public async ValueTask AskAsync(RemoteProtocol protocol, RemoteBody body, InferenceCall call, CancellationToken cancel)
    {
        _gate.Enter();
        try
        {
            for (var attempt = 1; ; attempt++)
            {
                if (!_circuit.TryEnter(out var pass, out var wait))
                    throw new ModelUnavailableException($"{_target.Endpoint} is left alone for a moment, it failed too often; the last time: {_lastFailure}", wait);
                try
                {
                    await TryAsync(protocol, body, call, pass, cancel);
                    return;
                }
                catch (RemoteException failed) when (failed.MayRetry && attempt <= _target.Retries && _backoff.Wait(attempt, failed.RetryAfter, Left(call)) is { } pause)
                {
                    await Task.Delay(pause, _time, cancel);
                }
            }
        }
        finally
        {
            _gate.Leave();
        }
    }

    public void Dispose() => _metrics.Hide(this);

    private static TimeSpan? Left(InferenceCall call) => call.Deadline > 0 ? TimeSpan.FromMilliseconds(call.Deadline - Environment.TickCount64) : null;

    private async ValueTask TryAsync(RemoteProtocol protocol, RemoteBody body, InferenceCall call, CircuitPass pass, CancellationToken cancel)
    {
        var began = _time.GetTimestamp();
        var outcome = RemoteOutcome.Cancelled;
        try
        {
            await SendAsync(protocol, body, call, cancel);
            outcome = RemoteOutcome.Ok;
        }
        catch (TensorException)
        {
            outcome = RemoteOutcome.Refused;
            throw;
        }
        catch (RemoteException failed)
        {
            outcome = failed.Outcome;
            _lastFailure = failed.Message;
            throw;
        }
        catch (OperationCanceledException) when (Left(call) <= TimerSlack)
        {
            // The request's time was shorter than that of a try.
            outcome = RemoteOutcome.Timeout;
            _lastFailure = $"{_target.Endpoint} did not answer in time.";
            throw;
        }
        finally
        {
            _metrics.Tried(_byOutcome[(int)outcome], _time.GetElapsedTime(began));
            Tell(_circuit.Ended(pass, Counts(outcome)));
        }
    }

    // Who refuses is well.
    private static bool? Counts(RemoteOutcome outcome) => outcome switch
    {
        RemoteOutcome.Ok or RemoteOutcome.Refused or RemoteOutcome.Denied => false,
        RemoteOutcome.Cancelled => null,
        _ => true,
    };

    private void Tell(CircuitState? change)
    {
        if (change is CircuitState.Open)
            Log.CircuitOpened(_logger, _name, _target.Endpoint, _lastFailure);
        else if (change is CircuitState.Closed)
            Log.CircuitClosed(_logger, _name, _target.Endpoint);
    }

    private async ValueTask SendAsync(RemoteProtocol protocol, RemoteBody body, InferenceCall call, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(_target.Timeout);
        var isAnswering = false;
        RemoteAnswer answer;
        try
        {
            using var request = Request(body);
            using var response = await _http.SendAsync(request, limit.Token);
            isAnswering = true;
            answer = await RemoteAnswer.ReadAsync(response, _target.Endpoint, _options.MaxAnswerMb, limit.Token);
            if (answer.Status != 200)
                throw RemoteFaults.Of(_target.Endpoint, answer, response.Headers.RetryAfter, _time);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new RemoteException(RemoteOutcome.Timeout, $"{_target.Endpoint} did not answer within {_target.Timeout.TotalMilliseconds:0} ms.", status: 504);
        }
        catch (IOException broken)
        {
            throw RemoteFaults.Of(_target.Endpoint, broken, isAnswering);
        }
        catch (HttpRequestException broken)
        {
            throw RemoteFaults.Of(_target.Endpoint, broken, isAnswering);
        }

        try
        {
            protocol.Read(answer, call);
        }
        catch (Exception wrong) when (wrong is TensorException or JsonException)
        {
            call.Outputs.Reset();
            throw new RemoteException(RemoteOutcome.Invalid, $"The answer of {_target.Endpoint} is wrong: {wrong.Message}", inner: wrong);
        }
    }

    private HttpRequestMessage Request(RemoteBody body)
    {
        var request = RemoteConnections.Request(HttpMethod.Post, _target.Ask, _target);
        request.Content = new ReadOnlyMemoryContent(body.Bytes);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(body.JsonLength is null ? ContentTypes.Json : ContentTypes.Binary);
        if (body.JsonLength is { } length)
            request.Headers.TryAddWithoutValidation(V2Protocol.LengthHeader, length.ToString(System.Globalization.CultureInfo.InvariantCulture));
        return request;
    }
}
