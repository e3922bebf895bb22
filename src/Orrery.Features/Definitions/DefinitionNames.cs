using System.Buffers;

namespace Orrery.Features;

/// <summary>What definitions may be called.</summary>
internal static class DefinitionNames
{
    /// <summary>Longest name of an object.</summary>
    public const int MaxLength = 63;

    /// <summary>Longest name of a feature, join key or request field.</summary>
    public const int MaxColumn = 128;

    private const int MaxSourceColumn = 200;

    private static readonly SearchValues<char> Letters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_-");
    private static readonly SearchValues<char> ColumnLetters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");

    /// <summary>Why an object may not be called so; null when it may.</summary>
    public static string? Problem(string name) => name switch
    {
        "" => "is missing",
        { Length: > MaxLength } => $"is '{Clip(name)}', {name.Length} characters; a name has 1 to {MaxLength}",
        _ when name.AsSpan().ContainsAnyExcept(Letters) => $"is '{Clip(name)}'; a name has lower-case letters, digits, '_' and '-' only",
        _ => null,
    };

    /// <summary>Why a view of either kind may not be called so: besides, <c>__</c> divides view and feature in full names.</summary>
    public static string? ViewProblem(string name) =>
        Problem(name) ?? (name.Contains("__", StringComparison.Ordinal) ? $"is '{name}'; '__' divides view and feature in full feature names and may not stand in a view's" : null);

    /// <summary>Why a feature, join key or request field may not be called so; null when it may.</summary>
    public static string? ColumnProblem(string name) => name switch
    {
        "" => "is missing",
        { Length: > MaxColumn } => $"is '{Clip(name)}', {name.Length} characters; it has 1 to {MaxColumn}",
        _ when char.IsAsciiDigit(name[0]) || name.AsSpan().ContainsAnyExcept(ColumnLetters) =>
            $"is '{Clip(name)}'; it begins with a letter or '_' and goes on with letters, digits and '_'",
        _ => null,
    };

    /// <summary>Why a column of a source cannot be called so: sources are not ours, nearly anything goes.</summary>
    public static string? SourceColumnProblem(string name) => name switch
    {
        _ when string.IsNullOrWhiteSpace(name) => "is empty",
        { Length: > MaxSourceColumn } => $"is '{Clip(name)}', {name.Length} characters; a column's name has 1 to {MaxSourceColumn}",
        _ when name.Any(char.IsControl) => "has control characters",
        _ => null,
    };

    /// <summary>A name of unknown length, fit for a message.</summary>
    public static string Clip(string text) => text.Length > 80 ? text[..80] + "..." : text;

    /// <summary>The known name nearest to what was written, where one is near; else null.</summary>
    public static string? Nearest(string written, IEnumerable<string> known)
    {
        if (written.Length > MaxColumn)
            return null;
        var (best, distance) = ((string?)null, Math.Max(1, written.Length / 3) + 1);
        foreach (var name in known)
        {
            if (Distance(written, name) is var far && far < distance)
                (best, distance) = (name, far);
        }

        return best;
    }

    /// <summary>Insertions, deletions and replacements from one to the other, whatever their case.</summary>
    private static int Distance(string from, string to)
    {
        var row = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var before = row[0];
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var replaced = before + (char.ToLowerInvariant(from[i - 1]) == char.ToLowerInvariant(to[j - 1]) ? 0 : 1);
                before = row[j];
                row[j] = Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), replaced);
            }
        }

        return row[^1];
    }
}
