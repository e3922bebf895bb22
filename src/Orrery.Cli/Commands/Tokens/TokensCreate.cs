using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops tokens create</c>.</summary>
internal static class TokensCreate
{
    public static Command Create()
    {
        var name = Verb.Argument("name", "What it is for");
        var days = new Option<int?>("--days") { Description = "How long it lasts, 1 to 365 (90)", HelpName = "n" };
        var only = Verb.Text("--only-workspace", "The only workspace it is good for", "name");
        var permissions = Verb.Texts("--permission", "The only permission it is good for; may be given again", "name");
        var account = Verb.Text("--service-account", "Name or id of the service account that it is for; yours without", "name");
        return new Command("create", "Make a token. Its secret is shown this once.") { name, days, only, permissions, account }.Does(async session =>
        {
            var wanted = session.Args.GetValue(permissions);
            var asked = new Contracts.NewAccessToken
            {
                Name = session.Args.GetRequiredValue(name),
                ExpiresInDays = session.Args.GetValue(days),
                Workspace = session.Args.GetValue(only),
                Permissions = wanted is { Length: > 0 } ? wanted : null,
            };
            var made = session.Args.GetValue(account) is { } id
                ? await session.Client.Identity.CreateTokenAsync(await PrincipalVerbs.IdAsync(session, "s", id), asked, session.Cancel)
                : await session.Client.Identity.CreateTokenAsync(asked, session.Cancel);
            session.Output.Line(made, made.Secret);
            session.Output.Remark($"Token {made.Token.TokenId}, until {Printable.Time(made.Token.ExpiresAt)}. It is not shown again; use it as MLFLOW_TRACKING_TOKEN.");
        });
    }
}
