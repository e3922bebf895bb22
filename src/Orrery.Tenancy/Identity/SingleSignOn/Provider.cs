using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Orrery.Kernel;

namespace Orrery.Tenancy;

/// <summary>
/// The identity provider as it describes itself: its discovery document and keys, asked for at the first sign-in and kept. Single
/// sign-on does not need it before, so that a provider that is away stops nothing else. Thread-safe.
/// </summary>
internal sealed class Provider : IDisposable
{
    private const int LargestAnswer = 1024 * 1024;
    private const string Discovery = "/.well-known/openid-configuration";
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan AwayFor = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ReadAgainAfter = TimeSpan.FromHours(1);

    private readonly SingleSignOnOptions _options;
    private readonly ILogger<Provider> _logger;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _refreshing = new(1, 1);
    private volatile ConfigurationManager<OpenIdConnectConfiguration> _known;
    private long _refreshedAt;
    private long _awaySince;

    public Provider(SingleSignOnOptions options, ILogger<Provider> logger, TimeProvider time)
    {
        (_options, _logger, _time) = (options, logger, time);
        var onThisMachine = new Uri(options.Issuer!).IsLoopback;
        Http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = !onThisMachine,
            ConnectTimeout = Longest,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            MaxResponseHeadersLength = 32,
        })
        {
            Timeout = Longest,
            MaxResponseContentBufferSize = LargestAnswer,
        };
        _known = Unasked();
    }

    /// <summary>For calls of the provider: 10 s and 1 MiB an answer.</summary>
    public HttpClient Http { get; }

    /// <summary>What the provider says of itself; <c>tenancy.sso_provider_away</c>, <c>tenancy.sso_provider_wrong</c>.</summary>
    public ValueTask<Result<OpenIdConnectConfiguration>> LookAsync(CancellationToken cancel) => AskAsync(_known, cancel);

    /// <summary>
    /// What the provider says now, after a token of a key that is not known: asked at most once in a while, so that made-up tokens
    /// do not become calls of the provider.
    /// </summary>
    /// <returns>Null when it was asked too recently.</returns>
    public async ValueTask<OpenIdConnectConfiguration?> LookAgainAsync(CancellationToken cancel)
    {
        await _refreshing.WaitAsync(cancel);
        try
        {
            if (_refreshedAt != 0 && _time.GetElapsedTime(_refreshedAt) < _options.KeyRefreshInterval)
                return null;
            _refreshedAt = _time.GetTimestamp();
            // A new one waits for the answer, where the old one would ask in the background.
            var fresh = Unasked();
            if ((await AskAsync(fresh, cancel)).Failed(out _, out var found))
                return null;
            _known = fresh;
            Log.KeysReadAgain(_logger, found.SigningKeys.Count);
            return found;
        }
        finally
        {
            _refreshing.Release();
        }
    }

    /// <summary>What a sign-in is told when the provider does not answer.</summary>
    public Failure Away() => Failure.Unavailable(
        "tenancy.sso_provider_away",
        $"The identity provider at {_options.Issuer} does not answer. Try again in a while; who is signed in already stays so, and names with a password go on working.");

    public void Dispose()
    {
        Http.Dispose();
        _refreshing.Dispose();
    }

    private async ValueTask<Result<OpenIdConnectConfiguration>> AskAsync(ConfigurationManager<OpenIdConnectConfiguration> manager, CancellationToken cancel)
    {
        var away = Interlocked.Read(ref _awaySince);
        if (away != 0 && _time.GetElapsedTime(away) < AwayFor)
            return Away();
        try
        {
            var found = await manager.GetConfigurationAsync(cancel).WaitAsync(Longest, _time, cancel);
            Interlocked.Exchange(ref _awaySince, 0);
            return Wrong(found) is { } wrong ? wrong : found;
        }
        catch (Exception e) when (e is TimeoutException or InvalidOperationException or IOException)
        {
            Interlocked.Exchange(ref _awaySince, _time.GetTimestamp());
            Log.ProviderAway(_logger, e, _options.Issuer!);
            return Away();
        }
    }

    private Failure? Wrong(OpenIdConnectConfiguration found)
    {
        if (!string.Equals(found.Issuer, _options.Issuer, StringComparison.Ordinal))
        {
            return Failure.Unavailable(
                "tenancy.sso_provider_wrong",
                $"The identity provider calls itself '{PrincipalName.Clip(found.Issuer ?? "")}', but this server was told '{_options.Issuer}'. An administrator must set Orrery:Identity:SingleSignOn:Issuer to what the provider says.");
        }

        return IsUsable(found.AuthorizationEndpoint) && IsUsable(found.TokenEndpoint)
            ? null
            : Failure.Unavailable("tenancy.sso_provider_wrong", $"The identity provider at {_options.Issuer} names no usable authorization and token endpoint.");
    }

    private bool IsUsable(string? endpoint) => Uri.TryCreate(endpoint, UriKind.Absolute, out var uri)
        && (uri.Scheme == "https" || (_options.AllowInsecureHttp && uri.Scheme == "http" && uri.IsLoopback));

    private ConfigurationManager<OpenIdConnectConfiguration> Unasked() => new(
        _options.Issuer!.TrimEnd('/') + Discovery,
        new OpenIdConnectConfigurationRetriever(),
        new HttpDocumentRetriever(Http) { RequireHttps = !_options.AllowInsecureHttp })
    {
        AutomaticRefreshInterval = ReadAgainAfter,
    };
}
