using System.CommandLine;
using System.Net;
using Orrery.Client;

namespace Orrery.Cli;

/// <summary><c>mlops logout</c>: ends the profile's token at the server, then forgets it.</summary>
internal static class LogoutCommand
{
    public static Command Create()
    {
        var local = Verb.Flag("--local", "Only forget the token: the server may be gone. The token stays good until it ends");
        return new Command("logout", "End the token of a profile at its server, and forget it.") { local }.Example("mlops logout --profile production").Does(async session =>
        {
            var file = ProfileCommand.File(session);
            var document = file.Read();
            var name = Connection.NameToMake(session.Args, session.Host);
            var profile = ProfileCommand.Find(document, name, file);
            if (profile.Token is not { } token)
                throw new UsageException($"The profile '{name}' has no token: you are not signed in.");
            var server = GlobalOptions.Address(profile.Server ?? Connection.DefaultServer, $"the profile '{name}'");
            var revoked = !session.Args.GetValue(local) && await RevokeAsync(session, server, token);
            await file.ChangeAsync(now => ProfileCommand.With(now, name, (now.Profiles.GetValueOrDefault(name) ?? profile).WithoutToken()), session.Host.Time, session.Cancel);
            session.Output.Line(
                new SignedIn(name, server.ToString().TrimEnd('/'), profile.User, profile.TokenId, profile.ExpiresAt, revoked),
                revoked ? $"Signed out at {server}; the token is revoked." : $"The token of {server} is forgotten here, but was not revoked there.");
            return revoked || session.Args.GetValue(local) ? ExitCodes.Ok : ExitCodes.Failed;
        });
    }

    /// <summary>False when the server does not let this token do it; a server that cannot be reached is an error, and nothing is forgotten.</summary>
    private static async Task<bool> RevokeAsync(Session session, Uri server, string token)
    {
        using var client = GlobalOptions.NewClient(new Connection { Server = server, Token = token }, session.Host);
        try
        {
            if ((await client.Identity.GetMeAsync(session.Cancel)).TokenId is not { } id)
                return false;
            await client.Identity.RevokeTokenAsync(id, session.Cancel);
            return true;
        }
        catch (OrreryApiException ended) when (ended.Status is HttpStatusCode.Unauthorized)
        {
            return true;
        }
        catch (OrreryApiException limited) when (limited.Status is HttpStatusCode.Forbidden)
        {
            return false;
        }
    }
}
