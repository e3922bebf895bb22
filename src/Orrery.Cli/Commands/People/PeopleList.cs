using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops people list</c>.</summary>
internal static class PeopleList
{
    public static Command Create()
    {
        var listing = new Listing();
        return listing.AddTo(new("list", "List people, by name."), search: false).Does(async session =>
        {
            var page = await session.Client.Identity.ListPeopleAsync(Math.Min(listing.Limit(session), 1000), listing.Token(session), session.Cancel);
            session.Output.List(
                page,
                page.Principals,
                page.NextPageToken,
                ("PERSON", person => person.PrincipalId),
                ("NAME", person => person.Name),
                ("DISPLAY NAME", person => person.DisplayName),
                ("STATE", person => person.State),
                ("CREATED", person => Printable.Time(person.CreatedAt)));
        });
    }
}
