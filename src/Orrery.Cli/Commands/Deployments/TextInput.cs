namespace Orrery.Cli;

/// <summary>Text of a file, or of standard input.</summary>
internal static class TextInput
{
    /// <summary>Reads all of it; <c>-</c> names standard input.</summary>
    public static Task<string> ReadAsync(Session session, string path) =>
        path == "-" ? session.Host.In.ReadToEndAsync(session.Cancel) : File.ReadAllTextAsync(path, session.Cancel);
}
