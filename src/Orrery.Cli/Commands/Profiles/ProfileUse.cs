using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops profile use</c>.</summary>
internal static class ProfileUse
{
    public static Command Create()
    {
        var one = ProfileCommand.One();
        return new Command("use", "Say which profile commands use that name none.") { one }.Example("mlops profile use production").Does(async session =>
        {
            var name = session.Args.GetRequiredValue(one);
            var file = ProfileCommand.File(session);
            var used = new Profile();
            await file.ChangeAsync(
                document =>
                {
                    used = ProfileCommand.Find(document, name, file);
                    return document with { Current = name };
                },
                session.Host.Time,
                session.Cancel);
            session.Output.Line(ShownProfile.Of(name, used, name), $"Commands go to {used.Server ?? Connection.DefaultServer} now ('{name}').");
        });
    }
}
