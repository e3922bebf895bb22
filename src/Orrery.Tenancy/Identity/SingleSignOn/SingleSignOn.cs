using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Orrery.Contracts;
using Orrery.Kernel;

namespace Orrery.Tenancy;

/// <summary>Signing a browser in at the identity provider, from the first redirect to the session.</summary>
internal sealed class SingleSignOn(
    SingleSignOnOptions options, ExternalPeople people, Authentication who, Sessions sessions, FailureLimiter limiter, IServiceProvider services)
{
    public const string StartPath = "/sso/start";
    private const int LongestPath = 2048;

    public static readonly Failure Off = Failure.NotFound(
        "tenancy.sso_off", "Single sign-on is not set up on this server (Orrery:Identity:SingleSignOn). Sign in with a name and password.");

    /// <summary>Whether people may sign in at a provider, and where that begins.</summary>
    public SsoStatus Status() => options.IsOn ? new() { Enabled = true, DisplayName = options.DisplayName, StartPath = StartPath } : new() { Enabled = false };

    /// <summary>Sends the browser to the provider; the response is a redirect then.</summary>
    /// <param name="context">Of the request.</param>
    /// <param name="returnTo">A path of this server to go on to; null for <c>/</c>.</param>
    /// <returns>
    /// <c>tenancy.sso_off</c>, <c>tenancy.identity_off</c>, <c>tenancy.invalid_return_to</c>, <c>tenancy.sso_provider_away</c>,
    /// <c>tenancy.sso_provider_wrong</c>, <c>tenancy.too_many_failures</c>.
    /// </returns>
    public async ValueTask<Result<Done>> StartAsync(HttpContext context, string? returnTo)
    {
        if (await WhyNotAsync(context) is { } refused)
            return refused;
        if (!IsLocal(returnTo ??= "/"))
            return Failure.Invalid("tenancy.invalid_return_to", "return_to must be a path of this server, such as /experiments/7.");
        return await ActivatorUtilities.CreateInstance<SingleSignOnHandler>(services).StartAsync(context, returnTo);
    }

    /// <summary>Takes a browser back from the provider, and begins its session.</summary>
    /// <returns>The path to go on to; or why not.</returns>
    public async ValueTask<Result<string>> FinishAsync(HttpContext context, CancellationToken cancel)
    {
        if (await WhyNotAsync(context) is { } refused)
            return refused;
        var back = await ActivatorUtilities.CreateInstance<SingleSignOnHandler>(services).FinishAsync(context);
        if (back.Failed(out var failure, out var found))
            return await RefuseAsync(context, person: null, failure, cancel);
        if ((await people.AdmitAsync(context, found.Person, cancel)).Failed(out failure, out var caller))
            return await RefuseAsync(context, found.Person, failure, cancel);
        await sessions.BeginAsync(context, caller, caller.SecondFactor, cancel);
        return found.ReturnTo;
    }

    /// <summary>True for an absolute path of this server, however a browser reads it: no scheme, no host, no backslash, nothing that is dropped in reading.</summary>
    internal static bool IsLocal(string path) => path.Length is >= 1 and <= LongestPath && path[0] == '/'
        && (path.Length == 1 || path[1] is not '/') && !path.Any(static c => c is '\\' or <= ' ' or >= '\x7f');

    private async ValueTask<Failure?> WhyNotAsync(HttpContext context)
    {
        if (!options.IsOn)
            return Off;
        if (!await who.LookAsync(context.RequestAborted))
            return Failure.Conflict("tenancy.identity_off", "There is nothing to sign in to while identity is off: run 'mlops admin init' first.");
        return limiter.Refuses(context);
    }

    private async ValueTask<Failure> RefuseAsync(HttpContext context, ExternalPerson? person, Failure failure, CancellationToken cancel)
    {
        // That the provider is away is nobody's guess.
        if (failure.Kind is FailureKind.Unavailable)
            return failure;
        await people.RefusedAsync(context, person, failure, cancel);
        return limiter.Count(context, failure);
    }
}
