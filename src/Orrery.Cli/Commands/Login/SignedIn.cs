namespace Orrery.Cli;

/// <summary>What came of <c>mlops login</c> and <c>mlops logout</c>.</summary>
/// <param name="Profile">Its name.</param>
/// <param name="Server">The server.</param>
/// <param name="User">Who is signed in, or was.</param>
/// <param name="TokenId">Public id of the token.</param>
/// <param name="ExpiresAt">When the token ends, UTC.</param>
/// <param name="Revoked">Of logout: the server has ended the token.</param>
internal sealed record SignedIn(string Profile, string Server, string? User, string? TokenId, DateTimeOffset? ExpiresAt, bool? Revoked = null);
