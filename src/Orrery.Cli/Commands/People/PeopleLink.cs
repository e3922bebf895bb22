using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops people link</c> and <c>mlops people unlink</c>.</summary>
internal static class PeopleLink
{
    public static Command Create()
    {
        var one = PeopleCommand.One();
        var subject = new Option<string>("--subject") { Description = "The provider's id of the person: the claim sub", HelpName = "text", Required = true };
        return new Command("link", "Say who a person is at the identity provider, so that they sign in there.") { one, subject }.Does(async session =>
        {
            var link = await session.Client.Identity.LinkPersonAsync(
                session.Args.GetRequiredValue(one), new() { Subject = session.Args.GetRequiredValue(subject) }, session.Cancel);
            session.Output.Line(link, $"{link.PrincipalId} is {link.Subject} at {link.Issuer}.");
        });
    }

    public static Command CreateUnlink()
    {
        var one = PeopleCommand.One();
        return new Command("unlink", "Take back who a person is at the identity provider, and end their sessions.") { one }.Does(async session =>
        {
            var id = session.Args.GetRequiredValue(one);
            await session.Client.Identity.UnlinkPersonAsync(id, session.Cancel);
            session.Output.Remark($"Person {id} is linked to nobody at the identity provider.");
        });
    }
}
