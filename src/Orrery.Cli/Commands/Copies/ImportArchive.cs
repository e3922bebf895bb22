using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops import archive</c>.</summary>
internal static class ImportArchive
{
    public static Command Create()
    {
        var from = new Option<string>("--from") { Description = "Folder that 'mlops export mlflow' made", HelpName = "folder", Required = true };
        var merge = Verb.Flag("--merge", "Add to experiments and models of the same name instead of refusing them");
        var copying = new CopyArguments();
        var command = new Command("archive", "Copy an archive into the server. Run it again to continue.") { from, merge };
        return copying.AddTo(command, fromServer: false).Does(async session =>
        {
            using var source = await ArchiveSource.OpenAsync(new Archive(session.Args.GetRequiredValue(from)), session.Cancel);
            await using var target = new ServerTarget(session.Client, source.Name, session.Args.GetValue(merge));
            return await CopyVerb.RunAsync(session, source, target, session.Client.Server.ToString(), copying.Options(session));
        });
    }
}
