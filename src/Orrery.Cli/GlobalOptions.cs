using System.CommandLine;
using Orrery.Client;

namespace Orrery.Cli;

/// <summary>Options that every verb takes.</summary>
internal static class GlobalOptions
{
    private const string DefaultServer = "http://127.0.0.1:5000";

    // A person waits.
    private const int Retries = 3;

    private static readonly Option<string?> Server = new("--server")
    {
        Description = $"Address of the server (MLFLOW_TRACKING_URI, ORRERY_SERVER; {DefaultServer})",
        HelpName = "url",
        Recursive = true,
    };

    private static readonly Option<string?> Workspace = new("--workspace")
    {
        Description = "Workspace to work in (ORRERY_WORKSPACE; the server's default)",
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
        root.Add(Json);
        root.Add(Quiet);
    }

    public static bool IsJson(ParseResult parsed) => parsed.GetValue(Json);

    public static bool IsQuiet(ParseResult parsed) => parsed.GetValue(Quiet);

    /// <summary>A client of the server that the command line or the environment names.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="host">Where the program runs.</param>
    /// <param name="workspace">Wins over both; null for what they name.</param>
    public static OrreryClient NewClient(ParseResult parsed, CliHost host, string? workspace = null)
    {
        var server = parsed.GetValue(Server) ?? Given(host, "MLFLOW_TRACKING_URI") ?? Given(host, "ORRERY_SERVER") ?? DefaultServer;
        return new OrreryClient(Address(server, "--server"), new()
        {
            Workspace = workspace ?? parsed.GetValue(Workspace) ?? Given(host, "ORRERY_WORKSPACE"),
            Token = Given(host, "MLFLOW_TRACKING_TOKEN"),
            Username = Given(host, "MLFLOW_TRACKING_USERNAME"),
            Password = Given(host, "MLFLOW_TRACKING_PASSWORD"),
            Code = Given(host, "ORRERY_CODE"),
            Time = host.Time,
            Retries = Retries,
            Handler = host.Handler?.Invoke(),
        });
    }

    public static Uri Address(string text, string option) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? address
            : throw new UsageException($"'{text}' is not the address of a server. Right for {option} would be {DefaultServer}.");

    private static string? Given(CliHost host, string variable) => host.Environment(variable) is { Length: > 0 } value ? value : null;
}
