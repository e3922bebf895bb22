namespace Orrery.Tracking;

/// <summary>Prints values as Python does: clients and their tests match on MLflow's messages.</summary>
internal static class PythonText
{
    /// <summary>A text in single quotes, or in double ones when it holds a single quote and no double one.</summary>
    public static string Quote(string text)
    {
        var quote = text.Contains('\'') && !text.Contains('"') ? '"' : '\'';
        var escaped = text.Replace("\\", "\\\\", StringComparison.Ordinal);
        if (quote is '\'')
            escaped = escaped.Replace("'", "\\'", StringComparison.Ordinal);
        return $"{quote}{escaped.ReplaceLineEndings("\\n")}{quote}";
    }

    public static string List(IEnumerable<string> texts) => $"[{Join(texts)}]";

    public static string Set(IEnumerable<string> texts) => $"{{{Join(texts)}}}";

    public static string Tuple(IEnumerable<string> texts) => $"({Join(texts)})";

    private static string Join(IEnumerable<string> texts) => string.Join(", ", texts.Select(Quote));
}
