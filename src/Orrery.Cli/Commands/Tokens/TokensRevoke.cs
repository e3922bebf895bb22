using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops tokens revoke</c>.</summary>
internal static class TokensRevoke
{
    public static Command Create()
    {
        var token = Verb.Argument("token", "Id of the token, as tokens list shows it");
        var owner = TokensCommand.Owner();
        return new Command("revoke", "End a token, on every server within a second.") { token, owner }.Does(async session =>
        {
            var id = session.Args.GetRequiredValue(token);
            if (session.Args.GetValue(owner) is { } other)
                await session.Client.Identity.RevokeTokenAsync(await PrincipalVerbs.IdAsync(session, "ps", other), id, session.Cancel);
            else
                await session.Client.Identity.RevokeTokenAsync(id, session.Cancel);
            session.Output.Remark($"Token {id} is revoked.");
        });
    }
}
