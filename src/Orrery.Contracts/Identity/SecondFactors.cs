namespace Orrery.Contracts;

/// <summary>Answer of <c>GET /api/v1/me/second-factor</c>.</summary>
public sealed record SecondFactorStatus
{
    /// <summary>True when signing in needs a code.</summary>
    public bool Enabled => ConfirmedAt is not null;

    /// <summary>Since when, UTC; absent without a second factor.</summary>
    public DateTimeOffset? ConfirmedAt { get; init; }

    /// <summary>Recovery codes that were not used yet.</summary>
    public int RecoveryCodesLeft { get; init; }
}

/// <summary>Body of <c>POST /api/v1/me/second-factor</c>.</summary>
public sealed record BeginSecondFactor
{
    /// <summary>One's password, once more.</summary>
    public required string Password { get; init; }
}

/// <summary>What one's authenticator is to know, told this once. It is no factor until a code of it was confirmed.</summary>
/// <param name="Secret">160 bits in base 32.</param>
/// <param name="Uri">The same as <c>otpauth://</c>, which authenticators read from a QR code.</param>
public sealed record SecondFactorSetup(string Secret, string Uri);

/// <summary>Body of <c>POST /api/v1/me/second-factor/confirm</c>.</summary>
public sealed record ConfirmSecondFactor
{
    /// <summary>The six digits that the authenticator shows.</summary>
    public required string Code { get; init; }
}

/// <summary>Body of <c>DELETE /api/v1/me/second-factor</c> and <c>POST /api/v1/me/second-factor/recovery-codes</c>.</summary>
public sealed record SecondFactorProof
{
    /// <summary>One's password, once more.</summary>
    public required string Password { get; init; }

    /// <summary>The six digits that the authenticator shows, or a recovery code.</summary>
    public required string Code { get; init; }
}

/// <summary>Codes that sign in when the authenticator is lost, each once. Told this once.</summary>
public sealed record RecoveryCodes
{
    /// <summary>Ten of them.</summary>
    public IReadOnlyList<string> Codes { get => field ?? []; init; }
}
