using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops tokens list</c>.</summary>
internal static class TokensList
{
    public static Command Create()
    {
        var listing = new Listing();
        var owner = TokensCommand.Owner();
        return listing.AddTo(new("list", "List your tokens, or another's, newest first.") { owner }, search: false).Does(async session =>
        {
            var (limit, token) = (Math.Min(listing.Limit(session), 1000), listing.Token(session));
            var page = session.Args.GetValue(owner) is { } other
                ? await session.Client.Identity.ListTokensAsync(await PrincipalVerbs.IdAsync(session, "ps", other), limit, token, session.Cancel)
                : await session.Client.Identity.ListTokensAsync(limit, token, session.Cancel);
            session.Output.List(
                page,
                page.Tokens,
                page.NextPageToken,
                ("TOKEN", token => token.TokenId),
                ("NAME", token => token.Name),
                ("WORKSPACE", token => token.Workspace),
                ("PERMISSIONS", token => token.Permissions is { } only ? string.Join(' ', only) : "all"),
                ("SECOND FACTOR", token => token.SecondFactor ? "yes" : "no"),
                ("EXPIRES", token => Printable.Time(token.ExpiresAt)),
                ("USED", token => Printable.Time(token.LastUsedAt)),
                ("REVOKED", token => Printable.Time(token.RevokedAt)));
        });
    }
}
