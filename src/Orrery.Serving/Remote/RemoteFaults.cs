using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Orrery.Serving;

/// <summary>What an endpoint's refusals and broken connections mean to the caller.</summary>
internal static class RemoteFaults
{
    /// <summary>Of an answer that is no 200: what is wrong with the request is the caller's (400), anything else is not.</summary>
    public static Exception Of(string endpoint, in RemoteAnswer answer, RetryConditionHeaderValue? retry, TimeProvider time)
    {
        var said = answer.Message() is { Length: > 0 } message ? $": {message}" : ".";
        return answer.Status switch
        {
            400 or 409 or 411 or 413 or 422 => new TensorException($"{endpoint} refuses the request ({answer.Status}){said}"),
            408 => new RemoteException(RemoteOutcome.Timeout, $"{endpoint} answered 408{said}", status: 504),
            429 => new RemoteException(RemoteOutcome.Unavailable, $"{endpoint} takes no more requests now (429){said}", status: 503) { RetryAfter = After(retry, time) },
            502 or 503 or 504 => new RemoteException(RemoteOutcome.Unavailable, $"{endpoint} is not available ({answer.Status}){said}") { RetryAfter = After(retry, time) },
            >= 500 => new RemoteException(RemoteOutcome.Failed, $"{endpoint} failed ({answer.Status}){said}"),
            >= 300 and < 400 => new RemoteException(RemoteOutcome.Denied, $"{endpoint} sends elsewhere ({answer.Status}), which is not followed; the url of the deployment must be the endpoint's own."),
            401 or 403 or 407 => new RemoteException(RemoteOutcome.Denied, $"{endpoint} does not let the server in ({answer.Status}){said}"),
            404 => new RemoteException(RemoteOutcome.Denied, $"{endpoint} does not know the model (404){said}"),
            _ => new RemoteException(RemoteOutcome.Denied, $"{endpoint} answered {answer.Status}{said}"),
        };
    }

    /// <summary>Of a connection. One that ended before the answer began may be tried again.</summary>
    public static RemoteException Of(string endpoint, Exception broken, bool isAnswering)
    {
        if (isAnswering)
            return new(RemoteOutcome.Invalid, $"{endpoint} broke off in the middle of its answer.", inner: broken);
        var error = (broken as HttpRequestException)?.HttpRequestError;
        return (error, broken.InnerException) switch
        {
            (_, RemoteConnections.RefusedAddressException refused) => new(RemoteOutcome.Denied, refused.Message, inner: broken),
            (HttpRequestError.SecureConnectionError, _) or (_, AuthenticationException) => new(RemoteOutcome.Denied, $"{endpoint} has no certificate that is valid for it and trusted here, or does not speak TLS.", inner: broken),
            (HttpRequestError.NameResolutionError, _) => new(RemoteOutcome.Unreachable, $"The name of {endpoint} is not known.", inner: broken),
            (_, SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData }) => new(RemoteOutcome.Unreachable, $"The name of {endpoint} is not known.", inner: broken),
            (HttpRequestError.ConnectionError, SocketException { SocketErrorCode: SocketError.ConnectionRefused }) => new(RemoteOutcome.Unreachable, $"{endpoint} takes no connections.", inner: broken),
            (HttpRequestError.ConnectionError, _) => new(RemoteOutcome.Unreachable, $"There is no connection to {endpoint}.", inner: broken),
            (HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded or HttpRequestError.HttpProtocolError, _) => new(RemoteOutcome.Invalid, $"{endpoint} does not answer in HTTP, or with too many headers.", inner: broken),
            _ => new(RemoteOutcome.Unreachable, $"{endpoint} broke off before it answered.", inner: broken),
        };
    }

    private static TimeSpan? After(RetryConditionHeaderValue? retry, TimeProvider time) => retry switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - time.GetUtcNow(),
        _ => null,
    };
}
