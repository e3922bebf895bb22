namespace Orrery.Contracts;

/// <summary>Body of <c>POST /api/v1/device-authorizations</c>: a program asks to be let in (RFC 8628).</summary>
public sealed record NewDeviceAuthorization
{
    /// <summary>What the program is and where it runs, 1 to 80 characters. The person reads it before they decide, and the token is named after it.</summary>
    public required string ClientName { get; init; }

    /// <summary>How long the token shall last, 1 to 90 days; 30 when absent.</summary>
    public int? TokenDays { get; init; }
}

/// <summary>The two codes of a program that waits to be let in.</summary>
public sealed record DeviceAuthorization
{
    /// <summary>What the program fetches its token with. A secret.</summary>
    public required string DeviceCode { get; init; }

    /// <summary>What the person types, as <c>BCDF-GHJK</c>.</summary>
    public required string UserCode { get; init; }

    /// <summary>Where they type it.</summary>
    public required string VerificationUri { get; init; }

    /// <summary>The same with the code in it.</summary>
    public string? VerificationUriComplete { get; init; }

    /// <summary>How long both codes are good, in seconds.</summary>
    public int ExpiresIn { get; init; }

    /// <summary>How long the program waits at least between two questions, in seconds.</summary>
    public int Interval { get; init; }
}

/// <summary>Body of <c>POST /api/v1/device-authorizations/token</c>.</summary>
public sealed record DeviceTokenRequest
{
    /// <summary>The program's code.</summary>
    public required string DeviceCode { get; init; }
}

/// <summary>A program that waits to be let in, as the person who decides sees it.</summary>
public sealed record WaitingDevice
{
    /// <summary>As the program calls itself; nobody has checked it.</summary>
    public required string ClientName { get; init; }

    /// <summary>The address that it asked from.</summary>
    public string? Address { get; init; }

    /// <summary>When it asked, UTC.</summary>
    public DateTimeOffset RequestedAt { get; init; }

    /// <summary>When its code ends, UTC.</summary>
    public DateTimeOffset ExpiresAt { get; init; }

    /// <summary>How long its token would last, in days.</summary>
    public int TokenDays { get; init; }
}
