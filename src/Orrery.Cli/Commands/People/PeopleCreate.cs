using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops people create</c>.</summary>
internal static class PeopleCreate
{
    public static Command Create()
    {
        var name = Verb.Argument("name", "What they sign in with");
        var display = Verb.Text("--display-name", "Their name, for people to read", "text");
        var email = Verb.Text("--email", "Their address", "address");
        var file = PasswordInput.Option();
        return new Command("create", "Make a person who signs in with a password.") { name, display, email, file }.Does(async session =>
        {
            var person = await session.Client.Identity.CreatePersonAsync(
                new()
                {
                    Name = session.Args.GetRequiredValue(name),
                    DisplayName = session.Args.GetValue(display),
                    Email = session.Args.GetValue(email),
                    Password = await PasswordInput.ReadNewAsync(session, file),
                },
                session.Cancel);
            session.Output.Line(person, $"Made {person.Name} ({person.PrincipalId}).");
        });
    }
}
