using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops profile list</c>.</summary>
internal static class ProfileList
{
    public static Command Create() => new Command("list", "List your profiles.").Example("mlops profile list").Does(session =>
    {
        var file = ProfileCommand.File(session);
        var document = file.Read();
        var shown = document.Profiles.Select(one => ShownProfile.Of(one.Key, one.Value, document.Current)).ToList();
        session.Output.List(
            new ShownProfiles(document.Current, file.Path, shown),
            shown,
            nextPageToken: null,
            ("PROFILE", one => one.Name),
            ("CURRENT", one => one.Current ? "yes" : null),
            ("SERVER", one => one.Server),
            ("WORKSPACE", one => one.Workspace),
            ("USER", one => one.User),
            ("TOKEN", one => one.HasToken ? one.TokenId ?? "yes" : null),
            ("UNTIL", one => Printable.Time(one.ExpiresAt)));
        return Task.CompletedTask;
    });
}
