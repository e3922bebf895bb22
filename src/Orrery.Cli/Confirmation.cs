using System.CommandLine;
using System.Runtime.CompilerServices;

namespace Orrery.Cli;

/// <summary>Asks before something is destroyed: on a terminal, else <c>--yes</c> is needed.</summary>
internal static class Confirmation
{
    private static readonly ConditionalWeakTable<Command, Action<Session>> Asked = [];

    /// <summary>Has a verb ask before its deed, and gives it <c>--yes</c>.</summary>
    /// <param name="command">The verb; its deed comes after.</param>
    /// <param name="what">What would be lost, as a sentence; null when nothing would.</param>
    public static Command Asks(this Command command, Func<Session, string?> what)
    {
        var yes = Option();
        command.Add(yes);
        Asked.Add(command, session =>
        {
            if (what(session) is { } sentence)
                Ask(session, yes, sentence);
        });
        return command;
    }

    /// <summary>Asks what the verb has to ask, if it has.</summary>
    public static void Before(Command command, Session session)
    {
        if (Asked.TryGetValue(command, out var ask))
            ask(session);
    }

    public static Option<bool> Option() => Verb.Flag("--yes", "Do not ask whether it is meant");

    /// <summary>Returns when the user means it.</summary>
    /// <param name="session">The verb at work.</param>
    /// <param name="yes">The option that says so beforehand.</param>
    /// <param name="what">What would be lost, as a sentence.</param>
    public static void Ask(Session session, Option<bool> yes, string what)
    {
        if (session.Args.GetValue(yes))
            return;
        if (session.Host.Ask is not { } ask)
            throw new UsageException($"{what} Say --yes when that is meant; nothing was done.");
        session.Host.Error.Write(Printable.Of($"{what} Is that meant? [y/N] "));
        if (ask()?.Trim() is not ("y" or "Y" or "yes" or "Yes"))
            throw new UsageException("Nothing was done.");
    }
}
