namespace Orrery.Features;

/// <summary>The one place where names and texts are made part of SQL.</summary>
internal static class Quote
{
    /// <summary>An identifier.</summary>
    public static string Name(string name) => $"\"{Checked(name).Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>A text literal. Both engines take backslashes as they are.</summary>
    public static string Text(string text) => $"'{Checked(text).Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>A table's name with its schema, as <c>schema.table</c>; a dot in a name cannot be said.</summary>
    public static string Table(string name) => string.Join('.', name.Split('.').Select(Name));

    private static string Checked(string text) => text.Contains('\0', StringComparison.Ordinal)
        ? throw new ArgumentException("SQL has no place for the character U+0000.", nameof(text))
        : text;
}
