using System.Security.Claims;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OAuth;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Orrery.Kernel;

namespace Orrery.Tenancy;

/// <summary>
/// ASP.NET's authorization code flow with PKCE, and what OpenID Connect adds to it: endpoints from the discovery document, the nonce, the
/// ID token, and the issuer in the answer (RFC 9207). One for each request.
/// </summary>
internal sealed class SingleSignOnHandler(
    IOptionsMonitor<OAuthOptions> oauth, ILoggerFactory loggers, SingleSignOnOptions options, Provider provider, IdTokens tokens)
    : OAuthHandler<OAuthOptions>(oauth, loggers, UrlEncoder.Default)
{
    public const string SchemeName = "single-sign-on";
    public const string CallbackPath = "/sso/callback";
    private const string Nonce = "nonce";

    private static readonly Failure NotStarted = new(
        FailureKind.Unauthenticated,
        "tenancy.sso_not_started",
        "This sign-in was not begun in this browser, took longer than 15 minutes, or was finished already. Begin again.");

    private static readonly Failure OtherIssuer = new(
        FailureKind.Unauthenticated, "tenancy.sso_wrong_issuer", "The answer names another identity provider than the one that was asked. Begin again.");

    private OpenIdConnectConfiguration _found = null!;
    private ExternalPerson? _person;

    /// <summary>Sends the browser to the provider.</summary>
    public async Task<Result<Done>> StartAsync(HttpContext context, string returnTo)
    {
        if ((await provider.LookAsync(context.RequestAborted)).Failed(out var away, out var found))
            return away;
        await BeginAsync(context, found);
        await ChallengeAsync(new() { RedirectUri = returnTo });
        return Done.Ok;
    }

    /// <summary>Who the provider sent back, and the path they shall go on to.</summary>
    public async Task<Result<(ExternalPerson Person, string ReturnTo)>> FinishAsync(HttpContext context)
    {
        // What nobody here began costs no call of the provider.
        var query = context.Request.Query;
        if (OptionsMonitor.Get(SchemeName).StateDataFormat.Unprotect(query["state"]) is null)
            return NotStarted;
        if ((await provider.LookAsync(context.RequestAborted)).Failed(out var away, out var found))
            return away;
        if (query.TryGetValue("iss", out var issuer) ? issuer != options.Issuer : found.AuthorizationResponseIssParameterSupported)
            return OtherIssuer;
        await BeginAsync(context, found);
        try
        {
            var result = await HandleRemoteAuthenticateAsync();
            return result.Succeeded ? (_person!, result.Properties!.RedirectUri!) : WhyNot(result.Failure);
        }
        catch (SignInRefusedException e)
        {
            return e.Failure;
        }
        catch (JsonException e)
        {
            Log.SignInFailed(Logger, PrincipalName.Clip(e.Message));
            return provider.Away();
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !context.RequestAborted.IsCancellationRequested)
        {
            Log.SignInFailed(Logger, PrincipalName.Clip(e.Message));
            return provider.Away();
        }
    }

    /// <inheritdoc/>
    protected override string BuildChallengeUrl(AuthenticationProperties properties, string redirectUri)
    {
        var nonce = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        properties.Items[Nonce] = nonce;
        properties.IssuedUtc = TimeProvider.GetUtcNow();
        return QueryHelpers.AddQueryString(base.BuildChallengeUrl(properties, RedirectUri()), "nonce", nonce);
    }

    /// <inheritdoc/>
    protected override async Task<OAuthTokenResponse> ExchangeCodeAsync(OAuthCodeExchangeContext context)
    {
        var answer = await base.ExchangeCodeAsync(new(context.Properties, context.Code, RedirectUri()));
        if (answer.Error is not { } error)
            return answer;
        Log.SignInFailed(Logger, PrincipalName.Clip(error.Message));
        answer.Dispose();
        throw new SignInRefusedException(new(
            FailureKind.Unauthenticated, "tenancy.sso_code_refused", "The identity provider did not take back the code that it gave. Begin again; if it stays so, tell an administrator."));
    }

    /// <inheritdoc/>
    protected override async Task<AuthenticationTicket> CreateTicketAsync(ClaimsIdentity identity, AuthenticationProperties properties, OAuthTokenResponse answer)
    {
        var token = answer.Response!.RootElement.TryGetProperty("id_token", out var sent) && sent.ValueKind is JsonValueKind.String ? sent.GetString()! : "";
        var read = await tokens.ReadAsync(token, _found, properties.Items[Nonce] ?? "", Context.RequestAborted);
        _person = read.Failed(out var failure, out var person) ? throw new SignInRefusedException(failure) : person;
        return new(new ClaimsPrincipal(identity), properties, SchemeName);
    }

    private Task BeginAsync(HttpContext context, OpenIdConnectConfiguration found)
    {
        _found = found;
        // ASP.NET knows fixed endpoints only. All requests of the process share these, and the provider has one of each.
        var shared = OptionsMonitor.Get(SchemeName);
        shared.AuthorizationEndpoint = found.AuthorizationEndpoint;
        shared.TokenEndpoint = found.TokenEndpoint;
        return InitializeAsync(new(SchemeName, displayName: null, typeof(SingleSignOnHandler)), context);
    }

    // Never below a workspace's prefix: the provider knows one address.
    private string RedirectUri() => (options.PublicUrl ?? $"{Request.Scheme}://{Request.Host}") + CallbackPath;

    private static Failure WhyNot(Exception? e)
    {
        if (e?.Data["error"]?.ToString() is not { Length: > 0 } error)
            return NotStarted;
        var told = e.Data["error_description"]?.ToString() is { Length: > 0 } description ? $"{error}: {description}" : error;
        if (error is "server_error" or "temporarily_unavailable")
            return Failure.Unavailable("tenancy.sso_provider_away", $"The identity provider cannot sign anybody in at present ({PrincipalName.Clip(told)}). Try again in a while.");
        return new(FailureKind.Denied, "tenancy.sso_denied", $"The identity provider did not sign you in ({PrincipalName.Clip(told)}).");
    }
}
