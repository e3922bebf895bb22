using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops whoami</c>.</summary>
internal static class WhoamiCommand
{
    public static Command Create() => new Command("whoami", "Show who the server takes you for.").Does(async session =>
    {
        var me = await session.Client.Identity.GetMeAsync(session.Cancel);
        session.Output.Details(
            me,
            ("Name", me.Name),
            ("Id", me.PrincipalId),
            ("Signed in by", me.Method),
            ("Token", me.TokenId),
            ("Only in workspace", me.TokenWorkspace),
            ("Only for", me.TokenPermissions is { } only ? string.Join(' ', only) : null),
            ("Second factor", me.SecondFactor ? "shown" : null),
            ("Groups", string.Join(", ", me.Groups)));
    });
}
