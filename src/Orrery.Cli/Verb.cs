using System.CommandLine;

namespace Orrery.Cli;

/// <summary>Pieces that verbs are made of.</summary>
internal static class Verb
{
    /// <summary>Gives a command its deed.</summary>
    public static Command Does(this Command command, Func<Session, Task<int>> deed)
    {
        command.SetAction((args, cancel) => Session.RunAsync(
            args,
            session =>
            {
                Confirmation.Before(command, session);
                return deed(session);
            },
            cancel));
        return command;
    }

    /// <summary>A deed that always succeeds when it does not throw.</summary>
    public static Command Does(this Command command, Func<Session, Task> deed) => command.Does(async session =>
    {
        await deed(session);
        return ExitCodes.Ok;
    });

    /// <summary>Gives a command an example, which its help shows.</summary>
    public static Command Example(this Command command, string example)
    {
        ExampleHelp.Add(command, example);
        return command;
    }

    public static Argument<string> Argument(string name, string description) => new(name) { Description = description };

    public static Argument<string[]> Arguments(string name, string description, int least = 1) =>
        new(name) { Description = description, Arity = new ArgumentArity(least, 100_000) };

    public static Option<string?> Text(string name, string description, string? helpName = null) =>
        new(name) { Description = description, HelpName = helpName };

    public static Option<string[]> Texts(string name, string description, string? helpName = null) =>
        new(name) { Description = description, HelpName = helpName, AllowMultipleArgumentsPerToken = false, DefaultValueFactory = _ => [] };

    public static Option<bool> Flag(string name, string description) => new(name) { Description = description };

    /// <summary>A file that must be there.</summary>
    public static string Existing(string file) => File.Exists(file) ? file : throw new UsageException($"There is no file '{file}'.");

    /// <summary><c>key=value</c>.</summary>
    public static (string Key, string Value) Pair(string text, string option) =>
        text.IndexOf('=', StringComparison.Ordinal) is > 0 and var equals
            ? (text[..equals], text[(equals + 1)..])
            : throw new UsageException($"'{text}' is not key=value, as {option} needs it.");
}
