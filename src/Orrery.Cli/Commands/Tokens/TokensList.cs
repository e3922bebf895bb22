using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops tokens list</c>.</summary>
internal static class TokensList
{
    public static Command Create()
    {
        var listing = new Listing();
        return listing.AddTo(new("list", "List your tokens, newest first."), search: false).Does(async session =>
        {
            var page = await session.Client.Identity.ListTokensAsync(Math.Min(listing.Limit(session), 1000), listing.Token(session), session.Cancel);
            session.Output.List(
                page,
                page.Tokens,
                page.NextPageToken,
                ("TOKEN", token => token.TokenId),
                ("NAME", token => token.Name),
                ("WORKSPACE", token => token.Workspace),
                ("EXPIRES", token => Printable.Time(token.ExpiresAt)),
                ("USED", token => Printable.Time(token.LastUsedAt)),
                ("REVOKED", token => Printable.Time(token.RevokedAt)));
        });
    }
}
