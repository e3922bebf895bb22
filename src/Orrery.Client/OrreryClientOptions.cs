using System.Net.Http.Headers;
using System.Text;

namespace Orrery.Client;

/// <summary>How an <see cref="OrreryClient"/> talks to its server.</summary>
public sealed class OrreryClientOptions
{
    /// <summary>The workspace to work in; the server's default when null.</summary>
    public string? Workspace { get; init; }

    /// <summary>Personal or service token, sent as <c>Authorization: Bearer</c>.</summary>
    public string? Token { get; init; }

    /// <summary>User for HTTP Basic, which is sent when there is no <see cref="Token"/>.</summary>
    public string? Username { get; init; }

    /// <summary>Password for HTTP Basic.</summary>
    public string? Password { get; init; }

    /// <summary>Code of an authenticator, sent beside <see cref="Username"/> and <see cref="Password"/>. Good for one call.</summary>
    public string? Code { get; init; }

    /// <summary>Longest wait for an answer to one try; for files, longest time without a byte. Default 100 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(100);

    /// <summary>Tries after the first one, 0 to 20. Default 5. See the README for what is tried again.</summary>
    public int Retries { get; init; } = 5;

    /// <summary>Files moved at once, 1 to 64. Default 4.</summary>
    public int Transfers { get; init; } = 4;

    /// <summary>Clock of waits and timestamps.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Replaces the connection, for proxies and tests; disposed with the client.</summary>
    public HttpMessageHandler? Handler { get; init; }

    internal AuthenticationHeaderValue? Authorization =>
        Token is not null ? new("Bearer", Token)
        : Username is not null ? new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Username}:{Password}")))
        : null;

    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(Timeout, TimeSpan.Zero, nameof(Timeout));
        ArgumentOutOfRangeException.ThrowIfNegative(Retries, nameof(Retries));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Retries, 20, nameof(Retries));
        ArgumentOutOfRangeException.ThrowIfLessThan(Transfers, 1, nameof(Transfers));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Transfers, 64, nameof(Transfers));
    }
}
