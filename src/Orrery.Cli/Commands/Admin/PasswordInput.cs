using System.CommandLine;
using System.Text;

namespace Orrery.Cli;

/// <summary>A password from a file or from the keyboard; never from the command line, which others on the machine can see.</summary>
internal static class PasswordInput
{
    public static Option<string?> Option() => Verb.Text("--password-file", "File with the password; asked for on a terminal without", "file");

    public static async Task<string> ReadAsync(Session session, Option<string?> file)
    {
        if (session.Args.GetValue(file) is { } path)
            return (await File.ReadAllTextAsync(path, session.Cancel)).TrimEnd('\r', '\n');
        if (Console.IsInputRedirected || !session.Host.ErrorIsTerminal)
            throw new UsageException("There is no terminal to ask for the password on: give --password-file.");
        var first = Ask(session, "Password: ");
        return first == Ask(session, "Again: ") ? first : throw new UsageException("The two passwords differ.");
    }

    private static string Ask(Session session, string prompt)
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
}
