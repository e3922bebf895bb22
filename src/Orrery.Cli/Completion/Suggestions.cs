using System.CommandLine;
using System.CommandLine.Completions;

namespace Orrery.Cli;

/// <summary>What may come next on a command line: the shell's script asks with <c>mlops "[suggest:POSITION]" "LINE"</c>.</summary>
internal static class Suggestions
{
    private const string Directive = "[suggest:";

    /// <summary>True when a shell asks, and not a person.</summary>
    public static bool IsAsked(string[] args) => args is [var first, _] && first.StartsWith(Directive, StringComparison.Ordinal) && first.EndsWith(']');

    /// <summary>Prints what may come next, one a line.</summary>
    public static async Task<int> RunAsync(string[] args, RootCommand root, CliHost host)
    {
        var line = args[1];
        if (int.TryParse(args[0][Directive.Length..^1], out var position) && position >= 0 && position < line.Length)
            line = line[..position];
        var words = CommandWords.Split(line);
        foreach (var one in await ForAsync(words, root, host, CancellationToken.None))
            host.Out.WriteLine(Printable.Of(one));
        return ExitCodes.Ok;
    }

    private static async Task<IEnumerable<string>> ForAsync(IReadOnlyList<string> words, RootCommand root, CliHost host, CancellationToken cancel)
    {
        // The program's own name first, what is being typed last.
        if (words.Count < 2)
            return [];
        var (before, typed) = (words.Skip(1).SkipLast(1).ToArray(), words[^1]);
        var parsed = root.Parse(before);
        var command = parsed.CommandResult.Command;
        var options = Options(parsed);
        IEnumerable<string> found;
        if (before is [.., var last] && options.FirstOrDefault(one => TakesValue(one) && (one.Name == last || one.Aliases.Contains(last))) is { } open)
            found = Fixed(open).Concat(await SuggestedValues.ForAsync(open.Name, typed, root.Parse([.. before.SkipLast(1)]), host, cancel));
        else if (typed.StartsWith('-'))
            found = options.Where(static one => !one.Hidden).Select(static one => one.Name);
        else if (Argument(parsed) is { } argument)
            found = command.Subcommands.Select(static one => one.Name).Concat(Fixed(argument)).Concat(await SuggestedValues.ForAsync(argument.Name, typed, parsed, host, cancel));
        else
            found = command.Subcommands.Where(static one => !one.Hidden).Select(static one => one.Name);
        return found.Where(one => one.StartsWith(typed, StringComparison.Ordinal)).Distinct().Order(StringComparer.Ordinal);
    }

    // The command's own, and those of the commands above it that go for all below.
    private static List<Option> Options(ParseResult parsed)
    {
        var found = new List<Option>(parsed.CommandResult.Command.Options);
        for (var above = parsed.CommandResult.Parent; above is not null; above = above.Parent)
        {
            if (above is System.CommandLine.Parsing.CommandResult { Command: var command })
                found.AddRange(command.Options.Where(static one => one.Recursive));
        }

        return [.. found.DistinctBy(static one => one.Name)];
    }

    private static bool TakesValue(Option option) => option.Arity.MinimumNumberOfValues > 0;

    // The first that has room.
    private static Argument? Argument(ParseResult parsed) => parsed.CommandResult.Command.Arguments.FirstOrDefault(one =>
        (parsed.GetResult(one)?.Tokens.Count ?? 0) < one.Arity.MaximumNumberOfValues);

    private static IEnumerable<string> Fixed(Symbol symbol) => symbol.GetCompletions(CompletionContext.Empty).Select(static one => one.Label);
}
