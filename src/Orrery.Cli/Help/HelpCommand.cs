using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops help</c>: a topic, or the help of a verb.</summary>
internal static class HelpCommand
{
    public static Command Create()
    {
        var words = Verb.Arguments("topic", "exit-codes, environment, or the verb to be helped with", least: 0);
        var command = new Command("help", "Help on a topic or a verb.") { words };
        return command.Example("mlops help exit-codes").Does(async session =>
        {
            var asked = session.Args.GetValue(words) ?? [];
            if (HelpTopics.Find(asked) is not { } text)
                return await session.Args.RootCommandResult.Command.Parse([.. asked, "--help"]).InvokeAsync(new() { Output = session.Host.Out, Error = session.Host.Error }, session.Cancel);
            session.Output.Raw(text);
            return ExitCodes.Ok;
        });
    }
}
