namespace Orrery.Contracts;

/// <summary>Answer of <c>GET /health/ready</c>.</summary>
public sealed record ServerReadiness
{
    /// <summary><c>ready</c> or <c>not ready</c>.</summary>
    public required string Status { get; init; }

    /// <summary>What was looked at.</summary>
    public IReadOnlyList<ServerCheck> Checks { get => field ?? []; init; }
}

/// <summary>One thing that a server needs.</summary>
/// <param name="Name">Such as <c>database</c>.</param>
/// <param name="Healthy">Whether it is there.</param>
/// <param name="Seconds">How long looking took.</param>
/// <param name="Reason">What is wrong with it.</param>
public sealed record ServerCheck(string Name, bool Healthy, double Seconds, string? Reason = null);
