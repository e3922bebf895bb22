using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops people</c>.</summary>
internal static class PeopleCommand
{
    private static readonly PrincipalVerbs Verbs = new("person", "people list", "p");

    public static Command Create() => new("people", "Who may sign in.")
    {
        PeopleCreate.Create(),
        PrincipalVerbs.List("list", "List people, by name.", static (session, limit, token) => session.Client.Identity.ListPeopleAsync(limit, token, session.Cancel)),
        Verbs.State("disable", "disabled", "Keep a person out, and their tokens.", static (api, id, state, cancel) => api.SetPersonStateAsync(id, state, cancel)),
        Verbs.State("enable", "active", "Let a disabled person in again.", static (api, id, state, cancel) => api.SetPersonStateAsync(id, state, cancel)),
        Verbs.Delete("Delete a person with their grants and tokens.", static (api, id, cancel) => api.DeletePersonAsync(id, cancel)),
        Password(),
        Verbs.Does(
            "reset-second-factor",
            "Remove the second factor of a person who lost it, and end their sessions.",
            static (api, id, cancel) => api.RemoveSecondFactorOfAsync(id, cancel),
            "has no second factor any more"),
        Link(),
        Verbs.Does(
            "unlink",
            "Take back who a person is at the identity provider, and end their sessions.",
            static (api, id, cancel) => api.UnlinkPersonAsync(id, cancel),
            "is linked to nobody at the identity provider"),
    };

    private static Command Link()
    {
        var id = Verbs.One();
        var subject = new Option<string>("--subject") { Description = "The provider's id of the person: the claim sub", HelpName = "text", Required = true };
        return new Command("link", "Say who a person is at the identity provider, so that they sign in there.") { id, subject }.Does(async session =>
        {
            var link = await session.Client.Identity.LinkPersonAsync(
                await Verbs.IdAsync(session, id), new() { Subject = session.Args.GetRequiredValue(subject) }, session.Cancel);
            session.Output.Line(link, $"{link.PrincipalId} is {link.Subject} at {link.Issuer}.");
        });
    }

    private static Command Password()
    {
        var id = Verbs.One();
        var file = PasswordInput.Option();
        var keep = Verb.Flag("--keep-tokens", "Leave their tokens as they are, which end with the former password else");
        return new Command("password", "Give a person another password, and end their sessions and tokens.") { id, file, keep }.Does(async session =>
        {
            var person = await Verbs.IdAsync(session, id);
            var password = await PasswordInput.ReadNewAsync(session, file);
            await session.Client.Identity.SetPersonPasswordAsync(person, new() { Password = password, KeepTokens = session.Args.GetValue(keep) }, session.Cancel);
            session.Output.Done(person, "password", $"Person {session.Args.GetRequiredValue(id)} has another password.");
        });
    }
}
