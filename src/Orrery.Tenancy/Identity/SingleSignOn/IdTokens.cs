using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using Orrery.Kernel;

namespace Orrery.Tenancy;

/// <summary>Checks ID tokens (OpenID Connect Core 1.0, section 3.1.3.7) and reads who they speak of. Thread-safe.</summary>
internal sealed class IdTokens(SingleSignOnOptions options, Provider provider, TimeProvider time)
{
    private const int LongestToken = 256 * 1024;
    private const int LongestSubject = 255;
    private const int MostGroups = 2000;

    // Public keys only: never "none", and no HMAC, whose key an attacker could take from the published ones.
    private static readonly string[] Algorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"];
    private static readonly JsonWebTokenHandler Handler = new() { MapInboundClaims = false, MaximumTokenSizeInBytes = LongestToken };

    /// <summary>Who an ID token speaks of; <c>tenancy.sso_invalid_token</c>.</summary>
    /// <param name="token">As the token endpoint gave it.</param>
    /// <param name="found">The provider.</param>
    /// <param name="nonce">That was sent with the browser.</param>
    /// <param name="cancel">Ends a look at the provider's new keys.</param>
    public async ValueTask<Result<ExternalPerson>> ReadAsync(string token, OpenIdConnectConfiguration found, string nonce, CancellationToken cancel)
    {
        var result = await Handler.ValidateTokenAsync(token, Parameters(found));
        // A key without an id that was changed shows as a signature that does not fit.
        if (result.Exception is SecurityTokenInvalidSignatureException && await provider.LookAgainAsync(cancel) is { } now)
            result = await Handler.ValidateTokenAsync(token, Parameters(now));
        if (!result.IsValid)
            return Invalid(WhyNot(result.Exception));
        using var claims = JsonDocument.Parse(Base64UrlEncoder.DecodeBytes(((JsonWebToken)result.SecurityToken).EncodedPayload));
        return WhyNot(claims.RootElement, nonce) is { } wrong ? Invalid(wrong) : Person(claims.RootElement);
    }

    private static Failure Invalid(string why) => new(
        FailureKind.Unauthenticated, "tenancy.sso_invalid_token", $"What the identity provider said about you cannot be relied on: {why}. Sign in again; if it stays so, tell an administrator.");

    private static string WhyNot(Exception? e) => e switch
    {
        SecurityTokenExpiredException => "its token has expired",
        SecurityTokenNotYetValidException => "its token is not valid yet",
        SecurityTokenNoExpirationException => "its token never expires",
        SecurityTokenInvalidAudienceException => "its token is meant for another application",
        SecurityTokenInvalidIssuerException => "its token names another issuer",
        SecurityTokenInvalidAlgorithmException => "its token is signed in a way that is not accepted",
        SecurityTokenSignatureKeyNotFoundException => "its token is signed with a key that the provider does not publish",
        SecurityTokenInvalidSignatureException => "the signature of its token does not fit, or is missing",
        _ => "its token cannot be read",
    };

    private string? WhyNot(JsonElement claims, string nonce)
    {
        if (!CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Text(claims, "nonce") ?? ""), Encoding.UTF8.GetBytes(nonce)))
            return "its token belongs to another sign-in";
        if (!claims.TryGetProperty("iat", out var iat) || iat.ValueKind is not JsonValueKind.Number || !iat.TryGetDouble(out var issued))
            return "its token does not say when it was issued";
        if (issued > (time.GetUtcNow() + options.ClockSkew).ToUnixTimeSeconds())
            return "its token was issued in the future";
        var several = claims.TryGetProperty("aud", out var audience) && audience.ValueKind is JsonValueKind.Array && audience.GetArrayLength() > 1;
        var authorized = Text(claims, "azp");
        if (authorized is null ? several : authorized != options.ClientId)
            return "its token was given to another application";
        return Text(claims, "sub") is { Length: >= 1 and <= LongestSubject } ? null : "its token names nobody";
    }

    private ExternalPerson Person(JsonElement claims)
    {
        var subject = Text(claims, "sub")!;
        // Some providers write the flag as a text.
        var verified = (claims.TryGetProperty("email_verified", out var flag) && flag.ValueKind is JsonValueKind.True) || Text(claims, "email_verified") is "true";
        var email = verified ? Text(claims, "email") : null;
        var name = options.NameClaim switch
        {
            null => Text(claims, "preferred_username") ?? email ?? subject,
            "email" => email,
            { } claim => Text(claims, claim),
        };
        return new ExternalPerson(subject, name ?? "")
        {
            DisplayName = Text(claims, "name") is { Length: <= 200 } display ? display : null,
            Email = email is { Length: <= 254 } ? email : null,
            Groups = Texts(claims, options.GroupsClaim).Take(MostGroups).ToHashSet(StringComparer.Ordinal),
            SecondFactor = Texts(claims, "amr").Any(one => options.SecondFactorMethods.Contains(one))
                || (Text(claims, "acr") is { } acr && options.SecondFactorClasses.Contains(acr)),
        };
    }

    private static string? Text(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String && value.GetString() is { Length: > 0 } text && !text.Any(char.IsControl) ? text : null;

    // A single value may stand without its brackets.
    private static IEnumerable<string> Texts(JsonElement claims, string name)
    {
        if (!claims.TryGetProperty(name, out var value))
            return [];
        return value.ValueKind switch
        {
            JsonValueKind.String => [value.GetString()!],
            JsonValueKind.Array => value.EnumerateArray().Where(static one => one.ValueKind is JsonValueKind.String).Select(static one => one.GetString()!)
                .Where(static one => !one.Contains('\0', StringComparison.Ordinal)),
            _ => [],
        };
    }

    private TokenValidationParameters Parameters(OpenIdConnectConfiguration found) => new()
    {
        ValidIssuer = options.Issuer,
        ValidAudience = options.ClientId,
        ValidAlgorithms = Algorithms,
        IssuerSigningKeys = found.SigningKeys,
        RequireSignedTokens = true,
        RequireExpirationTime = true,
        ClockSkew = options.ClockSkew,
        LifetimeValidator = (from, until, _, _) => IsLive(from, until),
    };

    private bool IsLive(DateTime? from, DateTime? until)
    {
        var now = time.GetUtcNow().UtcDateTime;
        if (until is null)
            throw new SecurityTokenNoExpirationException();
        if (from is { } begin && begin > now + options.ClockSkew)
            throw new SecurityTokenNotYetValidException();
        return until > now - options.ClockSkew ? true : throw new SecurityTokenExpiredException();
    }
}
