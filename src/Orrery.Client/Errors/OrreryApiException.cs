using System.Net;
using Orrery.Contracts;

namespace Orrery.Client;

/// <summary>The server refused a call.</summary>
public sealed class OrreryApiException : Exception
{
    /// <summary>A refusal.</summary>
    /// <param name="status">The HTTP status.</param>
    /// <param name="errorCode">The server's code, or the name of the status when it gave none.</param>
    /// <param name="message">What was wrong, for people.</param>
    /// <param name="requestId">Identifies the request in the server's logs.</param>
    /// <param name="problem">The whole refusal of the native API.</param>
    public OrreryApiException(HttpStatusCode status, string errorCode, string message, string? requestId, Problem? problem = null)
        : base(message)
    {
        Status = status;
        ErrorCode = errorCode;
        RequestId = requestId;
        Problem = problem;
    }

    /// <summary>The HTTP status.</summary>
    public HttpStatusCode Status { get; }

    /// <summary>One of <see cref="MlflowErrorCodes"/>, or a code of the native API as <c>import.incomplete</c>.</summary>
    public string ErrorCode { get; }

    /// <summary>Identifies the request in the server's logs; null when the server did not say.</summary>
    public string? RequestId { get; }

    /// <summary>The whole refusal, when the native API gave it.</summary>
    public Problem? Problem { get; }

    /// <summary>True when the object does not exist.</summary>
    public bool IsNotFound => Status is HttpStatusCode.NotFound;

    /// <summary>True when an object of that name exists.</summary>
    public bool IsAlreadyExists => ErrorCode is MlflowErrorCodes.ResourceAlreadyExists;
}
