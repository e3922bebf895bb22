using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops tokens revoke</c>.</summary>
internal static class TokensRevoke
{
    public static Command Create()
    {
        var token = Verb.Argument("token", "Id of the token, as tokens list shows it");
        var owner = TokensCommand.Owner();
        return new Command("revoke", "End a token, on every server within a second.") { token, owner }
            .Asks(session => $"Programs with the token {session.Args.GetValue(token)} are kept out from now on.").Example("mlops tokens revoke tok_0198f3a2c4d5 --yes").Does(async session =>
        {
            var id = session.Args.GetRequiredValue(token);
            if (session.Args.GetValue(owner) is { } other)
                await session.Client.Identity.RevokeTokenAsync(await PrincipalVerbs.IdAsync(session, "ps", other), id, session.Cancel);
            else
                await session.Client.Identity.RevokeTokenAsync(id, session.Cancel);
            session.Output.Done(id, "revoked", $"Token {id} is revoked.");
        });
    }
}
