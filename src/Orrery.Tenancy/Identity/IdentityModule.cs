using Microsoft.AspNetCore.Authentication.OAuth;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary>Identity: people, groups, service accounts, and how they prove who they are.</summary>
public static class IdentityModule
{
    /// <summary>True once the first administrator exists. For the start, before anything is served.</summary>
    public static async Task<bool> IsIdentityOnAsync(this IServiceProvider services, CancellationToken cancel) =>
        await services.GetRequiredService<Authentication>().LookAsync(cancel);

    /// <summary>Makes the first administrator and turns identity on.</summary>
    /// <returns>Their id; or <c>tenancy.identity_on</c>, <c>tenancy.invalid_name</c>, <c>tenancy.weak_password</c>.</returns>
    public static async Task<Result<string>> CreateFirstAdminAsync(this IServiceProvider services, string name, string password, CancellationToken cancel)
    {
        var actor = Actor.System(WorkspaceId.Platform, "platform");
        var made = await services.GetRequiredService<Principals>().CreateFirstAdminAsync(actor, name, password, cancel);
        return made.Then<string>(static admin => admin.PrincipalId);
    }

    /// <summary>Gives somebody the platform back who lost their password or second factor, or was the last to administer it.</summary>
    /// <returns>Their id; or <c>tenancy.identity_off</c>, <c>tenancy.principal_not_found</c>, <c>tenancy.weak_password</c>.</returns>
    public static async Task<Result<string>> ResetAdminAsync(this IServiceProvider services, string name, string password, CancellationToken cancel)
    {
        var actor = Actor.System(WorkspaceId.Platform, "platform");
        var reset = await services.GetRequiredService<Principals>().ResetAdminAsync(actor, name, password, cancel);
        return reset.Then<string>(static admin => admin.PrincipalId);
    }

    internal static IServiceCollection AddIdentity(this IServiceCollection services, IdentityOptions options) => services
        .AddSingleSignOn(options.SingleSignOn)
        .AddSingleton(options)
        .AddSingleton<FailureLimiter>()
        .AddSingleton<RequestLimiter>()
        .AddSingleton<TokenUses>()
        .AddSingleton<IHostedService>(static provider => provider.GetRequiredService<TokenUses>())
        .AddSingleton<Tokens>()
        .AddSingleton<SignInTrail>()
        .AddSingleton<IHostedService>(static provider => provider.GetRequiredService<SignInTrail>())
        .AddSingleton<SecondFactors>()
        .AddSingleton<Passwords>()
        .AddSingleton<Sessions>()
        .AddSingleton<DeviceAuthorizations>()
        .AddSingleton<Principals>()
        .AddSingleton<PlatformHolders>()
        .AddSingleton(static provider => new Authentication(
            provider.GetRequiredService<Db>(),
            provider.GetRequiredService<Tokens>(),
            provider.GetRequiredService<Passwords>(),
            provider.GetRequiredService<Sessions>(),
            provider.GetRequiredService<AccessEpoch>()));

    internal static void MapIdentity(this IEndpointRouteBuilder app)
    {
        PrincipalEndpoints.Map(app);
        TokenEndpoints.Map(app);
        MeEndpoints.Map(app);
        SingleSignOnEndpoints.Map(app);
        SecondFactorEndpoints.Map(app);
        DeviceEndpoints.Map(app);
    }

    private static IServiceCollection AddSingleSignOn(this IServiceCollection services, SingleSignOnOptions options)
    {
        services.AddSingleton(options).AddSingleton<ExternalPeople>().AddSingleton<SingleSignOn>();
        if (!options.IsOn)
            return services;
        services.AddSingleton<Provider>().AddSingleton<IdTokens>();
        services.AddOptions<OAuthOptions>(SingleSignOnHandler.SchemeName).Configure<Provider, SecretBox, TimeProvider>((oauth, provider, box, time) =>
        {
            oauth.ClientId = options.ClientId!;
            oauth.ClientSecret = options.ClientSecret!;
            oauth.CallbackPath = SingleSignOnHandler.CallbackPath;
            oauth.UsePkce = true;
            oauth.Backchannel = provider.Http;
            oauth.StateDataFormat = new StateFormat(box, time);
            oauth.RemoteAuthenticationTimeout = StateFormat.Longest;
            oauth.TimeProvider = time;
            oauth.CorrelationCookie = new()
            {
                Name = "orrery_sso.",
                Path = SingleSignOnHandler.CallbackPath,
                HttpOnly = true,
                SameSite = SameSiteMode.Lax,
                SecurePolicy = options.PublicUrl is { } url && url.StartsWith("https:", StringComparison.OrdinalIgnoreCase)
                    ? CookieSecurePolicy.Always
                    : CookieSecurePolicy.SameAsRequest,
                IsEssential = true,
            };
            oauth.Scope.Clear();
            foreach (var scope in options.Scopes)
                oauth.Scope.Add(scope);
        });
        return services;
    }
}
