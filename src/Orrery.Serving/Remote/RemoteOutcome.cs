namespace Orrery.Serving;

/// <summary>What became of one try at an endpoint.</summary>
internal enum RemoteOutcome
{
    Ok,

    /// <summary>The request is wrong, the endpoint says.</summary>
    Refused,

    /// <summary>The endpoint knows no such model, wants other credentials, or sends elsewhere: the deployment is wrong.</summary>
    Denied,

    /// <summary>429, 502, 503, 504.</summary>
    Unavailable,

    /// <summary>Another status of 500 and above.</summary>
    Failed,

    /// <summary>No answer in the time of one try, or of the request.</summary>
    Timeout,

    /// <summary>No connection, or it ended before the answer.</summary>
    Unreachable,

    /// <summary>What came is no answer.</summary>
    Invalid,

    /// <summary>The caller is gone.</summary>
    Cancelled,
}
