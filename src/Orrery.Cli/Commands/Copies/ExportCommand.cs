using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops export</c>.</summary>
internal static class ExportCommand
{
    public static Command Create() => new("export", "Copy experiments, runs and models into a folder.") { Mlflow() };

    private static Command Mlflow()
    {
        var to = new Option<string>("--to") { Description = "Folder: new, empty, or an archive of the same source to continue", HelpName = "folder", Required = true };
        var from = Verb.Text("--from", "Address of the server, MLflow's or Orrery's (that of --server)", "url");
        var copying = new CopyArguments();
        var command = new Command("mlflow", "Copy a whole server into an archive. Run it again to continue or to add what is new.") { to, from };
        return copying.AddTo(command, fromServer: true).Does(async session =>
        {
            using var source = session.Args.GetValue(from) is { } given
                ? copying.Source(session, GlobalOptions.Address(given, "--from"))
                : copying.Source(session, session.Client.Address, session.Client.Options);
            var archive = new Archive(session.Args.GetRequiredValue(to));
            await using var target = await ArchiveTarget.OpenAsync(archive, source.Name, session.Host.Time, session.Cancel);
            return await CopyVerb.RunAsync(session, source, target, archive.Root, copying.Options(session));
        });
    }
}
