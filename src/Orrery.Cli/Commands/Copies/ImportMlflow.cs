using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops import mlflow</c>.</summary>
internal static class ImportMlflow
{
    public static Command Create()
    {
        var from = new Option<string>("--from") { Description = "Address of the MLflow server", HelpName = "url", Required = true };
        var merge = Verb.Flag("--merge", "Add to experiments and models of the same name instead of refusing them");
        var copying = new CopyArguments();
        var command = new Command("mlflow", "Copy a whole MLflow server. Run it again to continue or to bring over what is new.") { from, merge };
        return copying.AddTo(command, fromServer: true).Does(async session =>
        {
            using var source = copying.Source(session, GlobalOptions.Address(session.Args.GetRequiredValue(from), "--from"));
            await using var target = new ServerTarget(session.Client, source.Name, session.Args.GetValue(merge));
            return await CopyVerb.RunAsync(session, source, target, session.Client.Server.ToString(), copying.Options(session));
        });
    }
}
