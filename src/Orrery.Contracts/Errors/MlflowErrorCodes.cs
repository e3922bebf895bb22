namespace Orrery.Contracts;

/// <summary>Values of <see cref="MlflowError.ErrorCode"/>, with the HTTP status that each travels with.</summary>
public static class MlflowErrorCodes
{
    /// <summary>400: a field is missing, malformed or out of range.</summary>
    public const string InvalidParameterValue = "INVALID_PARAMETER_VALUE";

    /// <summary>400: the request as a whole is malformed.</summary>
    public const string BadRequest = "BAD_REQUEST";

    /// <summary>400: an object of that name exists.</summary>
    public const string ResourceAlreadyExists = "RESOURCE_ALREADY_EXISTS";

    /// <summary>401: the caller is not known.</summary>
    public const string Unauthenticated = "UNAUTHENTICATED";

    /// <summary>403: the caller may not do this.</summary>
    public const string PermissionDenied = "PERMISSION_DENIED";

    /// <summary>404: the object does not exist.</summary>
    public const string ResourceDoesNotExist = "RESOURCE_DOES_NOT_EXIST";

    /// <summary>404: no such path.</summary>
    public const string EndpointNotFound = "ENDPOINT_NOT_FOUND";

    /// <summary>404.</summary>
    public const string NotFound = "NOT_FOUND";

    /// <summary>409: the object's state does not allow it.</summary>
    public const string ResourceConflict = "RESOURCE_CONFLICT";

    /// <summary>429: a rate or quota is used up.</summary>
    public const string RequestLimitExceeded = "REQUEST_LIMIT_EXCEEDED";

    /// <summary>429.</summary>
    public const string ResourceExhausted = "RESOURCE_EXHAUSTED";

    /// <summary>500: a fault of the server.</summary>
    public const string InternalError = "INTERNAL_ERROR";

    /// <summary>501: not offered by this server or this configuration.</summary>
    public const string NotImplemented = "NOT_IMPLEMENTED";

    /// <summary>503: try later.</summary>
    public const string TemporarilyUnavailable = "TEMPORARILY_UNAVAILABLE";

    /// <summary>504: a part of the machinery did not answer in time.</summary>
    public const string DeadlineExceeded = "DEADLINE_EXCEEDED";
}
