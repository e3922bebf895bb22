using System.CommandLine;
using System.Text;

namespace Orrery.Cli;

/// <summary>A password from a file or from the keyboard; never from the command line, which others on the machine can see.</summary>
internal static class PasswordInput
{
    public static Option<string?> Option() => Verb.Text("--password-file", "File with the password; asked for on a terminal without", "file");

    /// <summary>True when there is somebody to ask.</summary>
    public static bool CanAsk(Session session) => !Console.IsInputRedirected && session.Host.ErrorIsTerminal;

    /// <summary>A password that shall be: asked for twice.</summary>
    public static async Task<string> ReadNewAsync(Session session, Option<string?> file)
    {
        if (await FromFileAsync(session, file) is { } given)
            return given;
        var first = AskOr(session, "New password: ", file);
        return first == AskOr(session, "Again: ", file) ? first : throw new UsageException("The two passwords differ.");
    }

    /// <summary>The present password of the caller: that of the file, that of the environment, or asked for.</summary>
    public static async Task<string> ReadPresentAsync(Session session, Option<string?> file) =>
        await FromFileAsync(session, file)
        ?? (session.Host.Environment("MLFLOW_TRACKING_PASSWORD") is { Length: > 0 } password ? password : AskOr(session, "Password: ", file));

    /// <summary>Asks without showing what is typed.</summary>
    public static string Ask(Session session, string prompt)
    {
        session.Host.Error.Write(prompt);
        var text = new StringBuilder();
        while (Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } key)
        {
            if (key.Key is ConsoleKey.Backspace)
                text.Length = Math.Max(0, text.Length - 1);
            else if (!char.IsControl(key.KeyChar))
                text.Append(key.KeyChar);
        }

        session.Host.Error.WriteLine();
        return text.ToString();
    }

    private static async Task<string?> FromFileAsync(Session session, Option<string?> file) =>
        session.Args.GetValue(file) is { } path ? (await File.ReadAllTextAsync(path, session.Cancel)).TrimEnd('\r', '\n') : null;

    private static string AskOr(Session session, string prompt, Option<string?> file) =>
        CanAsk(session) ? Ask(session, prompt) : throw new UsageException($"There is no terminal to ask for the password on: give {file.Name}.");
}
