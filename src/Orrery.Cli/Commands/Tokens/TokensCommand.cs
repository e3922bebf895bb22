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

    /// <summary>Whose tokens, when they are not one's own.</summary>
    public static Option<string?> Owner() => Verb.Text("--of", "Name or id of the person or service account whose they are; yours without", "name");
}
