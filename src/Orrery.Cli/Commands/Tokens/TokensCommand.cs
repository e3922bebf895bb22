using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops tokens</c>.</summary>
internal static class TokensCommand
{
    public static Command Create() => new("tokens", "Your tokens, which programs sign in with.")
    {
        TokensCreate.Create(),
        TokensList.Create(),
        TokensRevoke.Create(),
    };
}
