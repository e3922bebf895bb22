using System.Diagnostics;
using System.Net.Http.Headers;
using Orrery.Contracts;
using Orrery.Kernel;

namespace Orrery.Serving;

/// <summary>Asks endpoints elsewhere that no version stands for, for modules above that compare with them. What may be called is as of deployments.</summary>
public sealed class EndpointAnswers : IDisposable
{
    private readonly RemoteOptions _options;
    private readonly TimeProvider _time;
    private readonly HttpMessageInvoker _http;
    private readonly RemoteBackoff _backoff;

    internal EndpointAnswers(RemoteOptions options, TimeProvider time) =>
        (_options, _time, _http, _backoff) = (options, time, RemoteConnections.Create(options), new(time));

    /// <summary>Why an endpoint cannot be asked over V1; null when it can. <c>serving.invalid_spec</c>, <c>serving.remote_not_allowed</c>, <c>serving.remote_no_secret</c>.</summary>
    /// <param name="spec">The endpoint.</param>
    /// <param name="model">Its model, where the endpoint names none.</param>
    public Failure? Problem(RemoteSpec spec, string model) => Target(spec, model).Failed(out var refused, out _) ? refused : null;

    /// <summary>Asks once, and again as the endpoint's retries say.</summary>
    /// <param name="spec">The endpoint; of protocol <c>v1</c>.</param>
    /// <param name="model">Its model, where the endpoint names none.</param>
    /// <param name="request">A V1 request, JSON.</param>
    /// <param name="cancel">Breaks off.</param>
    /// <returns>The body of the answer and how long the try took that gave it; what <see cref="Problem"/> says, <c>serving.endpoint_failed</c>.</returns>
    public async ValueTask<Result<(byte[] Answer, TimeSpan Elapsed)>> AskAsync(RemoteSpec spec, string model, ReadOnlyMemory<byte> request, CancellationToken cancel)
    {
        if (Target(spec, model).Failed(out var refused, out var target))
            return refused;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var began = Stopwatch.GetTimestamp();
                var answer = await SendAsync(target, request, cancel);
                return (answer, Stopwatch.GetElapsedTime(began));
            }
            catch (RemoteException failed) when (failed.MayRetry && attempt <= target.Retries && _backoff.Wait(attempt, failed.RetryAfter, null) is { } pause)
            {
                await Task.Delay(pause, _time, cancel);
            }
            catch (Exception failed) when (failed is RemoteException or TensorException)
            {
                return Failure.Conflict("serving.endpoint_failed", failed.Message);
            }
        }
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _http.Dispose();

    private Result<RemoteTarget> Target(RemoteSpec spec, string model)
    {
        ArgumentNullException.ThrowIfNull(spec);
        if (spec.Protocol != RemoteRules.V1)
            return Failure.Invalid("serving.invalid_spec", $"The protocol is '{spec.Protocol}'; endpoints are compared over v1.");
        return RemoteRules.Faults(spec).Select(static fault => fault.Message).FirstOrDefault() is { } wrong
            ? Failure.Invalid("serving.invalid_spec", wrong)
            : RemoteTarget.Of(spec, model, _options);
    }

    private async ValueTask<byte[]> SendAsync(RemoteTarget target, ReadOnlyMemory<byte> body, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(target.Timeout);
        var isAnswering = false;
        try
        {
            using var request = RemoteConnections.Request(HttpMethod.Post, target.Ask, target);
            request.Content = new ReadOnlyMemoryContent(body);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using var response = await _http.SendAsync(request, limit.Token);
            isAnswering = true;
            var answer = await RemoteAnswer.ReadAsync(response, target.Endpoint, _options.MaxAnswerMb, limit.Token);
            return answer.Status == 200 ? answer.Bytes.ToArray() : throw RemoteFaults.Of(target.Endpoint, answer, response.Headers.RetryAfter, _time);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new RemoteException(RemoteOutcome.Timeout, $"{target.Endpoint} did not answer within {target.Timeout.TotalMilliseconds:0} ms.", status: 504);
        }
        catch (Exception broken) when (broken is IOException or HttpRequestException)
        {
            throw RemoteFaults.Of(target.Endpoint, broken, isAnswering);
        }
    }
}
