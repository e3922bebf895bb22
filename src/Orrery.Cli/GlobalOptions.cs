using System.CommandLine;
using Orrery.Client;

namespace Orrery.Cli;

/// <summary>Options that every verb takes.</summary>
internal static class GlobalOptions
{
    // A person waits.
    private const int Retries = 3;

    private static readonly Option<string?> Server = new("--server")
    {
        Description = $"Address of the server (MLFLOW_TRACKING_URI, ORRERY_SERVER; the profile's; {Connection.DefaultServer})",
        HelpName = "url",
        Recursive = true,
    };

    private static readonly Option<string?> Workspace = new("--workspace")
    {
        Description = "Workspace to work in (ORRERY_WORKSPACE; the profile's; the server's default)",
        HelpName = "name",
        Recursive = true,
    };

    private static readonly Option<string?> ProfileName = new("--profile")
    {
        Description = "Which of your profiles (ORRERY_PROFILE; the one of 'mlops profile use')",
        HelpName = "name",
        Recursive = true,
    };

    private static readonly Option<bool> Json = new("--json") { Description = "Results as JSON on standard output", Recursive = true };

    private static readonly Option<bool> Quiet = new("--quiet", "-q")
    {
        Description = "Only ids of lists; no progress and no remarks",
        Recursive = true,
    };

    public static void AddTo(Command root)
    {
        root.Add(Server);
        root.Add(Workspace);
        root.Add(ProfileName);
        root.Add(Json);
        root.Add(Quiet);
    }

    public static bool IsJson(ParseResult parsed) => parsed.GetValue(Json);

    public static bool IsQuiet(ParseResult parsed) => parsed.GetValue(Quiet);

    public static string? ServerOf(ParseResult parsed) => parsed.GetValue(Server);

    public static string? WorkspaceOf(ParseResult parsed) => parsed.GetValue(Workspace);

    public static string? ProfileOf(ParseResult parsed) => parsed.GetValue(ProfileName);

    /// <summary>A client of the server that the command line, the environment or the profile names.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="host">Where the program runs.</param>
    /// <param name="workspace">Wins over what they name.</param>
    public static OrreryClient NewClient(ParseResult parsed, CliHost host, string? workspace = null)
    {
        var connection = Connection.Of(parsed, host);
        return NewClient(workspace is null ? connection : connection with { Workspace = workspace }, host);
    }

    /// <summary>A client of a server.</summary>
    public static OrreryClient NewClient(Connection connection, CliHost host, int retries = Retries) => new(connection.Server, new()
    {
        Workspace = connection.Workspace,
        Token = connection.Token,
        Username = connection.Username,
        Password = connection.Password,
        Code = connection.Code,
        Time = host.Time,
        Retries = retries,
        Handler = host.Handler?.Invoke(),
    });

    public static Uri Address(string text, string option) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? address
            : throw new UsageException($"'{text}' is not the address of a server. Right for {option} would be {Connection.DefaultServer}.");
}
