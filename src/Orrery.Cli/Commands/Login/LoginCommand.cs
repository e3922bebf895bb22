using System.CommandLine;
using Orrery.Client;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops login</c>: by a token that one has, or by a code that one types where one is signed in. The token goes into the profile.</summary>
internal static class LoginCommand
{
    private const int MostDays = 90;

    public static Command Create()
    {
        var file = Verb.Text("--token-file", "File with a token that you have; - for standard input. Without, you type a code in a browser", "file");
        var browser = Verb.Flag("--browser", "Try to open the page of the code too");
        var days = new Option<int?>("--days")
        {
            Description = $"How long the new token lasts, 1 to {MostDays} (30)",
            HelpName = "n",
            Validators =
            {
                static result =>
                {
                    if (result.GetValueOrDefault<int?>() is < 1 or > MostDays)
                        result.AddError($"--days lies between 1 and {MostDays}.");
                },
            },
        };
        var command = new Command("login", "Sign in at a server and keep the token in a profile.") { file, days, browser };
        return command.Example("mlops login --server https://orrery.example.com --profile production").Does(async session =>
        {
            if (ProfileFile.Of(session.Host) is not { } profiles)
                throw new UsageException("There is no home folder to keep the token in. Name a file in ORRERY_CONFIG.");
            var name = Connection.NameToMake(session.Args, session.Host);
            var server = Server(session, profiles, name);
            if (server is { Scheme: "http", IsLoopback: false })
                session.Host.Error.WriteLine($"mlops: {server} is not https: whoever is on the way can read the token.");
            var secret = session.Args.GetValue(file) is { } path
                ? await ReadAsync(session, path)
                : await AskAsync(session, server, session.Args.GetValue(days), session.Args.GetValue(browser));
            var signedIn = await KeepAsync(session, profiles, name, server, secret);
            session.Output.Line(
                signedIn,
                $"Signed in at {signedIn.Server} as {signedIn.User}" + (signedIn.ExpiresAt is { } ends ? $", until {Printable.Time(ends)}" : "") + $". Profile: {name}");
        });
    }

    private static Uri Server(Session session, ProfileFile profiles, string name)
    {
        var variable = session.Host.Environment("MLFLOW_TRACKING_URI") is { Length: > 0 } mlflow ? mlflow : session.Host.Environment("ORRERY_SERVER");
        var text = GlobalOptions.ServerOf(session.Args)
            ?? (variable is { Length: > 0 } ? variable : profiles.Read().Profiles.GetValueOrDefault(name)?.Server ?? Connection.DefaultServer);
        return GlobalOptions.Address(text, "--server");
    }

    private static async Task<string> ReadAsync(Session session, string path)
    {
        var text = path is "-" ? await session.Host.In.ReadToEndAsync(session.Cancel) : await File.ReadAllTextAsync(Verb.Existing(path), session.Cancel);
        return text.Trim() is { Length: > 0 } token && !token.Any(char.IsWhiteSpace) && token.All(char.IsAscii)
            ? token
            : throw new UsageException("What was read is no token: it must be one word, as 'mlops tokens create' prints it.");
    }

    // Only a token that the server knows is kept.
    private static async Task<SignedIn> KeepAsync(Session session, ProfileFile profiles, string name, Uri server, string secret)
    {
        using var client = GlobalOptions.NewClient(new Connection { Server = server, Token = secret }, session.Host);
        var me = await client.Identity.GetMeAsync(session.Cancel);
        if (me.Method is not "token")
            throw new NotSupportedException($"{server} asks nobody who they are: there is nothing to sign in to, and its verbs work without. An administrator turns identity on with 'mlops admin init'.");
        var expires = await ExpiryAsync(client, me, session.Cancel);
        var kept = new Profile { Server = server.ToString().TrimEnd('/'), Token = secret, TokenId = me.TokenId, User = me.Name, ExpiresAt = expires };
        await profiles.ChangeAsync(
            document =>
            {
                var workspace = GlobalOptions.WorkspaceOf(session.Args)
                    ?? (document.Profiles.GetValueOrDefault(name) is { } before && before.Server == kept.Server ? before.Workspace : null);
                return ProfileCommand.With(document, name, kept with { Workspace = workspace });
            },
            session.Host.Time,
            session.Cancel);
        return new(name, kept.Server, me.Name, me.TokenId, expires);
    }

    // A limited token may not look; it is good all the same.
    private static async Task<DateTimeOffset?> ExpiryAsync(OrreryClient client, Me me, CancellationToken cancel)
    {
        try
        {
            return (await client.Identity.ListTokensAsync(1000, null, cancel)).Tokens.FirstOrDefault(one => one.TokenId == me.TokenId)?.ExpiresAt;
        }
        catch (OrreryApiException)
        {
            return null;
        }
    }

    private static async Task<string> AskAsync(Session session, Uri server, int? days, bool browser)
    {
        using var client = GlobalOptions.NewClient(new Connection { Server = server }, session.Host);
        var machine = Environment.MachineName is { Length: > 60 } longName ? longName[..60] : Environment.MachineName;
        var device = await client.Identity.BeginDeviceAuthorizationAsync(new() { ClientName = $"mlops on {machine}", TokenDays = days }, session.Cancel);
        // Not a remark: without it nobody can go on.
        session.Host.Error.WriteLine(Printable.Of($"Open {device.VerificationUri} where you are signed in, and type: {device.UserCode}"));
        session.Host.Error.WriteLine(Printable.Of($"The code is good for {device.ExpiresIn / 60} minutes. Waiting ..."));
        if (browser)
            Browser.TryOpen(device.VerificationUriComplete ?? device.VerificationUri);
        return await DeviceWait.ForTokenAsync(session, client, device);
    }
}
