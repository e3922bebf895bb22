using System.CommandLine;

namespace Orrery.Cli;

/// <summary>
/// Where a command line goes and as whom: an option before the environment, that before the profile, that before what there is without. A profile's
/// token is for the profile's server alone; another server that is named never gets it.
/// </summary>
internal sealed record Connection
{
    /// <summary>Of people who said nothing.</summary>
    public const string DefaultServer = "http://127.0.0.1:5000";

    private const string FirstProfile = "default";

    /// <summary>Address of the server.</summary>
    public required Uri Server { get; init; }

    public string? Workspace { get; init; }

    public string? Token { get; init; }

    public string? Username { get; init; }

    public string? Password { get; init; }

    public string? Code { get; init; }

    /// <summary>The profile that it is of; null when there is none.</summary>
    public string? ProfileName { get; init; }

    /// <summary>What the command line, the environment and the profile say together.</summary>
    /// <exception cref="UsageException">An address is none, or the profile that is named does not exist.</exception>
    public static Connection Of(ParseResult parsed, CliHost host)
    {
        var (name, profile) = Profile(parsed, host);
        var named = GlobalOptions.ServerOf(parsed) is { } option
            ? GlobalOptions.Address(option, "--server")
            : (Given(host, "MLFLOW_TRACKING_URI") ?? Given(host, "ORRERY_SERVER")) is { } variable ? GlobalOptions.Address(variable, "--server") : null;
        var own = profile?.Server is { } stored ? GlobalOptions.Address(stored, $"the profile '{name}'") : null;
        var server = named ?? own ?? new Uri(DefaultServer);
        var username = Given(host, "MLFLOW_TRACKING_USERNAME");
        return new()
        {
            Server = server,
            Workspace = GlobalOptions.WorkspaceOf(parsed) ?? Given(host, "ORRERY_WORKSPACE") ?? (named is null ? profile?.Workspace : null),
            Token = Given(host, "MLFLOW_TRACKING_TOKEN") ?? (username is null && IsSame(server, own) ? profile?.Token : null),
            Username = username,
            Password = Given(host, "MLFLOW_TRACKING_PASSWORD"),
            Code = Given(host, "ORRERY_CODE"),
            ProfileName = name,
        };
    }

    /// <summary>The name of the profile that is meant, whether it exists or not: for verbs that make one.</summary>
    public static string NameToMake(ParseResult parsed, CliHost host) =>
        Checked(Wanted(parsed, host) ?? ProfileFile.Of(host)?.Read().Current ?? FirstProfile);

    /// <summary>A name for a profile: letters, digits, dots, dashes and underscores.</summary>
    public static string Checked(string name) =>
        name.Length is >= 1 and <= 63 && name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_') && name[0] is not '-'
            ? name
            : throw new UsageException($"'{name}' is no name for a profile: 1 to 63 letters, digits, dots, dashes and underscores.");

    private static (string? Name, Profile? Profile) Profile(ParseResult parsed, CliHost host)
    {
        var wanted = Wanted(parsed, host);
        if (ProfileFile.Of(host) is not { } file)
            return wanted is null ? (null, null) : throw new UsageException("There is no home folder to have profiles in. Name the file in ORRERY_CONFIG.");
        var document = file.Read();
        if ((wanted ?? document.Current) is not { } name)
            return (null, null);
        if (document.Profiles.TryGetValue(name, out var found))
            return (name, found);
        return wanted is null ? (null, null) : throw NoSuch(wanted, document, file);
    }

    public static UsageException NoSuch(string name, ProfileDocument document, ProfileFile file) => new(document.Profiles.Count is 0
        ? $"There is no profile '{name}': {file.Path} has none. 'mlops login' and 'mlops profile set' make one."
        : $"There is no profile '{name}'. Right would be: {string.Join(", ", document.Profiles.Keys)}.");

    private static string? Wanted(ParseResult parsed, CliHost host) => GlobalOptions.ProfileOf(parsed) ?? Given(host, "ORRERY_PROFILE");

    private static bool IsSame(Uri one, Uri? other) =>
        other is not null && one.Scheme == other.Scheme && one.Host.Equals(other.Host, StringComparison.OrdinalIgnoreCase) && one.Port == other.Port;

    private static string? Given(CliHost host, string variable) => host.Environment(variable) is { Length: > 0 } value ? value : null;
}
