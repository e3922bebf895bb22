namespace Orrery.Tenancy;

/// <summary>Signing in at an OpenID Connect provider. Section <c>Orrery:Identity:SingleSignOn</c>; on when it names an issuer.</summary>
public sealed class SingleSignOnOptions
{
    private const string Section = "Orrery:Identity:SingleSignOn:";
    private const int LongestList = 50;

    /// <summary>The provider, exactly as its tokens say it: <c>https://login.example.com/realms/main</c>. Null: single sign-on is off.</summary>
    public string? Issuer { get; set; }

    /// <summary>Id of this server at the provider.</summary>
    public string? ClientId { get; set; }

    /// <summary>Secret of this server at the provider; best given as <c>ClientSecretFile</c>, the name of a file that holds it.</summary>
    public string? ClientSecret { get; set; }

    /// <summary>What is asked of the provider; <c>openid</c> must be among it. Default <c>openid profile email</c>.</summary>
    public string[] Scopes { get; set; } = ["openid", "profile", "email"];

    /// <summary>What people call the provider, up to 60 characters. Default <c>Single sign-on</c>.</summary>
    public string DisplayName { get; set; } = "Single sign-on";

    /// <summary>Claim that names a person at their first sign-in. Default: <c>preferred_username</c>, else a verified <c>email</c>, else <c>sub</c>.</summary>
    public string? NameClaim { get; set; }

    /// <summary>Claim that lists a person's groups. Default <c>groups</c>.</summary>
    public string GroupsClaim { get; set; } = "groups";

    /// <summary>Who may sign in: people whose groups claim has one of these. Default: everybody whom the provider knows.</summary>
    public string[] AllowedGroups { get; set; } = [];

    /// <summary>Values of the claim <c>amr</c> (RFC 8176) that stand for a second factor. Default <c>mfa</c>, <c>otp</c>, <c>hwk</c>, <c>sc</c>.</summary>
    public string[] SecondFactorMethods { get; set; } = ["mfa", "otp", "hwk", "sc"];

    /// <summary>Values of the claim <c>acr</c> that stand for a second factor. Default: none.</summary>
    public string[] SecondFactorClasses { get; set; } = [];

    /// <summary>Scheme and host that browsers reach this server by, behind a proxy: <c>https://mlops.example.com</c>. Default: as the request says.</summary>
    public string? PublicUrl { get; set; }

    /// <summary>Lets the issuer be an <c>http</c> address of this machine. For trials. Default false.</summary>
    public bool AllowInsecureHttp { get; set; }

    /// <summary>How far the provider's clock may be off, 0 s to 5 min. Default 30 s.</summary>
    public TimeSpan ClockSkew { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Shortest time between two looks at the provider's keys because of a token of an unknown key, 1 s to 1 h. Default 30 s.</summary>
    public TimeSpan KeyRefreshInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>True when people may sign in at a provider.</summary>
    public bool IsOn => !string.IsNullOrEmpty(Issuer);

    /// <summary>What is wrong with the options.</summary>
    public IEnumerable<string> Problems()
    {
        if (!IsOn)
        {
            if (ClientId is not null || ClientSecret is not null)
                yield return $"{Section}Issuer is missing: it names the identity provider.";
            yield break;
        }

        if (!Uri.TryCreate(Issuer, UriKind.Absolute, out var issuer) || issuer.Scheme is not ("https" or "http") || issuer.Query.Length > 0 || issuer.Fragment.Length > 0)
            yield return $"{Section}Issuer is '{Issuer}'; it must be an address such as https://login.example.com, without query.";
        else if (issuer.Scheme == "http" && !(AllowInsecureHttp && issuer.IsLoopback))
            yield return $"{Section}Issuer is '{Issuer}'; it must be https (http only on this machine, with AllowInsecureHttp).";
        if (string.IsNullOrWhiteSpace(ClientId))
            yield return $"{Section}ClientId is missing: the provider gives it when this server is registered there.";
        if (string.IsNullOrWhiteSpace(ClientSecret))
            yield return $"{Section}ClientSecret is missing; give ClientSecretFile, the name of a file that holds it.";
        if (!Scopes.Contains("openid") || Scopes.Length > LongestList || Scopes.Any(static scope => scope.Any(static c => c is <= ' ' or '"' or '\\' or > '~')))
            yield return $"{Section}Scopes must name 'openid', and nothing but scopes.";
        if (DisplayName.Length is < 1 or > 60)
            yield return $"{Section}DisplayName must have 1 to 60 characters.";
        if (string.IsNullOrWhiteSpace(GroupsClaim))
            yield return $"{Section}GroupsClaim is empty; name a claim.";
        if (PublicUrl is not null && !IsPublic(PublicUrl))
            yield return $"{Section}PublicUrl is '{PublicUrl}'; it must be https://host or https://host:port, without path (http only on this machine).";
        if (ClockSkew < TimeSpan.Zero || ClockSkew > TimeSpan.FromMinutes(5))
            yield return $"{Section}ClockSkew is {ClockSkew}; it must be 0 s to 5 min.";
        if (KeyRefreshInterval < TimeSpan.FromSeconds(1) || KeyRefreshInterval > TimeSpan.FromHours(1))
            yield return $"{Section}KeyRefreshInterval is {KeyRefreshInterval}; it must be 1 s to 1 h.";
    }

    private static bool IsPublic(string text) => Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && (uri.Scheme == "https" || (uri.Scheme == "http" && uri.IsLoopback))
        && string.Equals(uri.GetLeftPart(UriPartial.Authority), text, StringComparison.OrdinalIgnoreCase);
}
