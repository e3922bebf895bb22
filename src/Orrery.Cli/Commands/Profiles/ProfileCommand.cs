using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops profile</c>.</summary>
internal static class ProfileCommand
{
    public static Command Create() => new("profile", "Servers you work with, by names of your own.")
    {
        ProfileList.Create(),
        ProfileShow.Create(),
        ProfileUse.Create(),
        ProfileSet.Create(),
        ProfileDelete.Create(),
    };

    public static Argument<string> One() => Verb.Argument("profile", "Name of the profile");

    /// <summary>The file, where there is a place for it.</summary>
    public static ProfileFile File(Session session) =>
        ProfileFile.Of(session.Host) ?? throw new UsageException("There is no home folder to have profiles in. Name the file in ORRERY_CONFIG.");

    public static Profile Find(ProfileDocument document, string name, ProfileFile file) =>
        document.Profiles.TryGetValue(name, out var found) ? found : throw Connection.NoSuch(name, document, file);

    /// <summary>The document with a profile put into it; the first becomes the current one.</summary>
    public static ProfileDocument With(ProfileDocument document, string name, Profile profile) => document with
    {
        Current = document.Current ?? name,
        Profiles = new(document.Profiles) { [name] = profile },
    };

    public static void Show(Session session, ShownProfile profile) => session.Output.Details(
        profile,
        ("Name", profile.Name),
        ("Current", profile.Current ? "yes" : "no"),
        ("Server", profile.Server),
        ("Workspace", profile.Workspace),
        ("Token", profile.HasToken ? profile.TokenId ?? "yes" : "none"),
        ("User", profile.User),
        ("Until", Printable.Time(profile.ExpiresAt)));
}
