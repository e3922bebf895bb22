using System.CommandLine;

namespace Orrery.Cli;

/// <summary>Asks before something is destroyed: on a terminal, else <c>--yes</c> is needed.</summary>
internal static class Confirmation
{
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
