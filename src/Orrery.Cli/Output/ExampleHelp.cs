using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Runtime.CompilerServices;

namespace Orrery.Cli;

/// <summary>Help with an example below it, for commands that have one.</summary>
internal sealed class ExampleHelp(HelpAction help) : SynchronousCommandLineAction
{
    private static readonly ConditionalWeakTable<Command, string> Examples = [];

    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <summary>Gives a command an example.</summary>
    public static void Add(Command command, string example) => Examples.Add(command, example);

    /// <summary>The example of a command; null without one.</summary>
    public static string? Of(Command command) => Examples.TryGetValue(command, out var example) ? example : null;

    /// <summary>Shows examples wherever a command line shows help.</summary>
    public static void AddTo(RootCommand root)
    {
        var option = root.Options.OfType<HelpOption>().Single();
        option.Action = new ExampleHelp((HelpAction)option.Action!);
    }

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        if (parseResult.CommandResult.Command is RootCommand root)
        {
            parseResult.InvocationConfiguration.Output.Write(RootHelp.Of(root));
            return ExitCodes.Ok;
        }

        var code = help.Invoke(parseResult);
        if (Examples.TryGetValue(parseResult.CommandResult.Command, out var example))
            parseResult.InvocationConfiguration.Output.WriteLine($"Example:\n  {example}\n");
        return code;
    }
}
