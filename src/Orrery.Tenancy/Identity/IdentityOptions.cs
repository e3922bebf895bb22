namespace Orrery.Tenancy;

/// <summary>How people and programs prove who they are. Section <c>Orrery:Identity</c>.</summary>
public sealed class IdentityOptions
{
    /// <summary>How long a browser's session lasts without a request, 1 min to 12 h. Default 15 min.</summary>
    public TimeSpan SessionIdle { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How long a browser's session lasts at most, 5 min to 7 d. Default 12 h.</summary>
    public TimeSpan SessionLongest { get; set; } = TimeSpan.FromHours(12);

    /// <summary>Failed sign-ins that one address (one /64 of IPv6) may make at once, 1 to 10,000. Default 20.</summary>
    public int FailureBurst { get; set; } = 20;

    /// <summary>Failed sign-ins that one address may make each minute in the long run, 1 to 10,000. Default 10.</summary>
    public int FailuresPerMinute { get; set; } = 10;

    /// <summary>Signing in at an identity provider.</summary>
    public SingleSignOnOptions SingleSignOn { get; set; } = new();

    /// <summary>Requests a second that one token, or one person without one, may send, five times as many at once, 0 to 1,000,000; 0: no limit. Default 1000.</summary>
    public int RequestsPerSecondPerToken { get; set; } = 1000;

    /// <summary>Requests a second that one address (one /64 of IPv6) may send, five times as many at once, 0 to 1,000,000; 0: no limit. Default 5000.</summary>
    public int RequestsPerSecondPerAddress { get; set; } = 5000;

    /// <summary>
    /// How long who was known last is still believed while the database is away, 0 to 24 h: so long predictions go on for tokens that were used on this
    /// server, with the rights that they had. What is revoked meanwhile on a server that still has the database is heard of late here. Default 1 h.
    /// </summary>
    public TimeSpan OutageGrace { get; set; } = TimeSpan.FromHours(1);

    /// <summary>What is wrong with the options.</summary>
    public IEnumerable<string> Problems()
    {
        if (SessionIdle < TimeSpan.FromMinutes(1) || SessionIdle > TimeSpan.FromHours(12))
            yield return $"Orrery:Identity:SessionIdle is {SessionIdle}; it must be 1 min to 12 h.";
        if (SessionLongest < TimeSpan.FromMinutes(5) || SessionLongest > TimeSpan.FromDays(7))
            yield return $"Orrery:Identity:SessionLongest is {SessionLongest}; it must be 5 min to 7 d.";
        if (FailureBurst is < 1 or > 10_000)
            yield return $"Orrery:Identity:FailureBurst is {FailureBurst}; it must be 1 to 10000.";
        if (FailuresPerMinute is < 1 or > 10_000)
            yield return $"Orrery:Identity:FailuresPerMinute is {FailuresPerMinute}; it must be 1 to 10000.";
        if (OutageGrace < TimeSpan.Zero || OutageGrace > TimeSpan.FromHours(24))
            yield return $"Orrery:Identity:OutageGrace is {OutageGrace}; it must be 0 to 24 h.";
        foreach (var problem in SingleSignOn.Problems())
            yield return problem;
        if (RequestsPerSecondPerToken is < 0 or > 1_000_000)
            yield return $"Orrery:Identity:RequestsPerSecondPerToken is {RequestsPerSecondPerToken}; it must be 0 to 1000000.";
        if (RequestsPerSecondPerAddress is < 0 or > 1_000_000)
            yield return $"Orrery:Identity:RequestsPerSecondPerAddress is {RequestsPerSecondPerAddress}; it must be 0 to 1000000.";
    }
}
