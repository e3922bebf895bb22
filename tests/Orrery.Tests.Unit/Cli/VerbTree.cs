using System.CommandLine;
using Orrery.Cli;

namespace Orrery.Tests.Unit;

/// <summary>Every verb of the command line.</summary>
internal static class VerbTree
{
    public static MlopsCommand Root { get; } = MlopsCommand.Create(new CliHost(TextWriter.Null, TextWriter.Null, _ => null, TimeProvider.System));

    /// <summary>What can be run, by its words without the program's name.</summary>
    public static IReadOnlyDictionary<string, Command> Verbs { get; } = Below("", Root).ToDictionary(static one => one.Words, static one => one.Verb);

    private static IEnumerable<(string Words, Command Verb)> Below(string above, Command command) => command.Subcommands.SelectMany(one =>
    {
        var words = $"{above} {one.Name}".Trim();
        var below = Below(words, one);
        return one.Action is not null || one.Subcommands.Count is 0 ? below.Prepend((words, one)) : below;
    });
}
