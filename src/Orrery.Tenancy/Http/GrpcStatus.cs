namespace Orrery.Tenancy;

/// <summary>Status codes of gRPC.</summary>
public enum GrpcStatus
{
    /// <summary>It went well.</summary>
    Ok = 0,

    /// <summary>The caller went away.</summary>
    Cancelled = 1,

    /// <summary>A failure that has no code here.</summary>
    Unknown = 2,

    /// <summary>The request is wrong.</summary>
    InvalidArgument = 3,

    /// <summary>The time was over before there was an answer.</summary>
    DeadlineExceeded = 4,

    /// <summary>What was asked for does not exist.</summary>
    NotFound = 5,

    /// <summary>What was to be made exists.</summary>
    AlreadyExists = 6,

    /// <summary>The caller is known and may not do this.</summary>
    PermissionDenied = 7,

    /// <summary>A limit is used up, or a message is too large.</summary>
    ResourceExhausted = 8,

    /// <summary>The state does not allow it.</summary>
    FailedPrecondition = 9,

    /// <summary>The method, or the message's encoding, is none that is known.</summary>
    Unimplemented = 12,

    /// <summary>The server is at fault.</summary>
    Internal = 13,

    /// <summary>Try again later.</summary>
    Unavailable = 14,

    /// <summary>The caller is not known.</summary>
    Unauthenticated = 16,
}
