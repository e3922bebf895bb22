using System.CommandLine;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops people</c>.</summary>
internal static class PeopleCommand
{
    public static Command Create() => new("people", "Who may sign in.")
    {
        PeopleCreate.Create(),
        PeopleList.Create(),
        State("disable", "disabled", "Keep a person out, and their tokens."),
        State("enable", "active", "Let a disabled person in again."),
        Delete(),
        PeopleLink.Create(),
        PeopleLink.CreateUnlink(),
    };

    internal static Argument<string> One() => Verb.Argument("person", "Id of the person, as people list shows it");

    private static Command State(string verb, string state, string description)
    {
        var one = One();
        return new Command(verb, description) { one }.Does(async session =>
        {
            var person = await session.Client.Identity.SetPersonStateAsync(session.Args.GetRequiredValue(one), new PrincipalState { State = state }, session.Cancel);
            session.Output.Line(person, $"{person.Name} is {person.State}.");
        });
    }

    private static Command Delete()
    {
        var one = One();
        return new Command("delete", "Delete a person with their grants and tokens.") { one }.Does(async session =>
        {
            var id = session.Args.GetRequiredValue(one);
            await session.Client.Identity.DeletePersonAsync(id, session.Cancel);
            session.Output.Remark($"Person {id} is deleted.");
        });
    }
}
