namespace Orrery.Kernel;

/// <summary>What kind of refusal a <see cref="Failure"/> is. Decides the HTTP status and the protocol's error code.</summary>
public enum FailureKind
{
    /// <summary>The request is malformed or a value is out of range (400).</summary>
    Invalid,

    /// <summary>The object does not exist, or is not visible to the caller (404).</summary>
    NotFound,

    /// <summary>An object of that name exists already (400 for MLflow clients, 409 elsewhere).</summary>
    AlreadyExists,

    /// <summary>The object's state does not allow it, or another writer was faster (409).</summary>
    Conflict,

    /// <summary>The caller is known and may not do this (403).</summary>
    Denied,

    /// <summary>The caller is not known (401).</summary>
    Unauthenticated,

    /// <summary>A body or a batch is larger than allowed (413).</summary>
    TooLarge,

    /// <summary>A rate limit or quota is used up; try later (429).</summary>
    Exhausted,

    /// <summary>Not offered by this server or this configuration (501).</summary>
    Unsupported,

    /// <summary>A part of the machinery is away; try later (503).</summary>
    Unavailable,
}

/// <summary>An expected refusal: a value, not an exception.</summary>
/// <param name="Kind">Decides the status on the wire.</param>
/// <param name="Code">Stable and documented, dotted, module first: <c>tracking.run_deleted</c>.</param>
/// <param name="Message">What was wrong, with which value, and what would be right. Shown to the caller.</param>
public sealed record Failure(FailureKind Kind, string Code, string Message)
{
    /// <summary>The single faults, when there are several.</summary>
    public IReadOnlyList<FieldFault> Faults { get; init; } = [];

    /// <summary>A malformed request or a value out of range.</summary>
    public static Failure Invalid(string code, string message) => new(FailureKind.Invalid, code, message);

    /// <summary>An object that does not exist.</summary>
    public static Failure NotFound(string code, string message) => new(FailureKind.NotFound, code, message);

    /// <summary>A name that is taken.</summary>
    public static Failure AlreadyExists(string code, string message) => new(FailureKind.AlreadyExists, code, message);

    /// <summary>A state that does not allow the change.</summary>
    public static Failure Conflict(string code, string message) => new(FailureKind.Conflict, code, message);

    /// <summary>Something this server or configuration does not offer.</summary>
    public static Failure Unsupported(string code, string message) => new(FailureKind.Unsupported, code, message);

    /// <summary>A part of the machinery that is away.</summary>
    public static Failure Unavailable(string code, string message) => new(FailureKind.Unavailable, code, message);

    /// <summary>HTTP status of the platform's own API (RFC 9457 problem details).</summary>
    public int HttpStatus => Kind switch
    {
        FailureKind.Invalid => 400,
        FailureKind.NotFound => 404,
        FailureKind.AlreadyExists or FailureKind.Conflict => 409,
        FailureKind.Denied => 403,
        FailureKind.Unauthenticated => 401,
        FailureKind.TooLarge => 413,
        FailureKind.Exhausted => 429,
        FailureKind.Unsupported => 501,
        FailureKind.Unavailable => 503,
        _ => throw new InvalidOperationException($"No status for {Kind}."),
    };
}

/// <summary>One fault of a request.</summary>
/// <param name="Field">Path of the field in the body, as <c>metrics[3].key</c>.</param>
/// <param name="Message">What was wrong with it.</param>
public sealed record FieldFault(string Field, string Message);
