namespace Orrery.Contracts;

/// <summary>Headers that client and server agree on.</summary>
public static class OrreryHeaders
{
    /// <summary>SHA-256 of the whole file as 64 lower-case hexadecimal digits, on answers that carry or acknowledge an artifact.</summary>
    public const string Sha256 = "X-Orrery-Sha256";

    /// <summary>
    /// Code of an authenticator, or a recovery code, beside a name and password of somebody who has a second factor. Good for one request.
    /// </summary>
    public const string Code = "X-Orrery-Code";

    /// <summary>Identifies a request in the server's logs. A caller may give one; every answer carries it.</summary>
    public const string RequestId = "X-Request-Id";
}
