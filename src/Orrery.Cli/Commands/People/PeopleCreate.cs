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
        var without = Verb.Flag("--no-password", "They sign in at the identity provider alone");
        return new Command("create", "Make a person, who signs in with a password or at the identity provider.") { name, display, email, file, without }.Does(async session =>
        {
            var person = await session.Client.Identity.CreatePersonAsync(
                new()
                {
                    Name = session.Args.GetRequiredValue(name),
                    DisplayName = session.Args.GetValue(display),
                    Email = session.Args.GetValue(email),
                    Password = session.Args.GetValue(without) ? null : await PasswordInput.ReadNewAsync(session, file),
                },
                session.Cancel);
            session.Output.Line(person, $"Made {person.Name} ({person.PrincipalId}).");
        });
    }
}
