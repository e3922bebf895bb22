using System.Buffers;
using System.Globalization;
using System.Text;
using Orrery.Kernel;

namespace Orrery.Tracking;

/// <summary>What MLflow allows in names and values, and its words when it does not.</summary>
public static class Names
{
    /// <summary>Longest key of a metric, parameter or tag, in characters.</summary>
    public const int MaxKey = 250;

    /// <summary>Longest parameter value kept, in characters; longer ones are cut, as MLflow does by default.</summary>
    public const int MaxParamValue = 6000;

    /// <summary>Longest run tag value kept, in characters; longer ones are cut, as MLflow does by default.</summary>
    public const int MaxTagValue = 8000;

    /// <summary>Longest experiment name, in characters.</summary>
    public const int MaxExperimentName = 500;

    /// <summary>Longest experiment tag value, in characters.</summary>
    public const int MaxExperimentTagValue = 5000;

    private static readonly SearchValues<char> _addressCharacters = SearchValues.Create("/:.%\"'");

    /// <summary>Why a key cannot be one of a metric, parameter or tag; null when it can.</summary>
    /// <param name="key">From the caller.</param>
    /// <param name="path">The field, as the message names it.</param>
    public static Failure? CheckKey(string key, string path = "name")
    {
        if (key.Length > MaxKey)
            return TooLong(path, key, MaxKey);
        foreach (var c in key.EnumerateRunes())
        {
            if (!IsWordCharacter(c) && c.Value is not ('/' or '.' or '-' or ' ' or ':'))
            {
                return Failure.Invalid("tracking.invalid_name",
                    $"Invalid value \"{key}\" for parameter '{path}' supplied: Names may only contain alphanumerics, underscores (_), dashes (-), "
                    + "periods (.), spaces ( ), colon(:) and slashes (/).");
            }
        }

        var resolved = Resolve(key);
        return resolved == key && key != "." && key != ".." && !key.StartsWith("../", StringComparison.Ordinal) && key[0] != '/'
            ? null
            : Failure.Invalid("tracking.invalid_name",
                $"Invalid value \"{key}\" for parameter '{path}' supplied: Names may be treated as files in certain cases, and must not resolve to "
                + $"other names when treated as such. This name would resolve to '{resolved}'");
    }

    /// <summary>Why a logged model cannot be called this; null when it can. The characters refused have a meaning in <c>models:/</c> addresses.</summary>
    /// <param name="name">From the caller; empty when the model is to get a name made for it.</param>
    public static Failure? CheckModelName(string name) => name.AsSpan().IndexOfAny(_addressCharacters) < 0
        ? null
        : Failure.Invalid("tracking.invalid_name",
            $"Invalid model name ('{name}') provided. Model name must be a non-empty string and cannot contain the following characters: / : . % \" '");

    /// <summary>MLflow's words for a value that is too long.</summary>
    public static Failure TooLong(string path, string value, int max) => Failure.Invalid("tracking.too_long",
        $"'{path}' exceeds the maximum length of {max.ToString(CultureInfo.InvariantCulture)} characters: it has {value.Length.ToString(CultureInfo.InvariantCulture)}");

    /// <summary>The value, cut to its longest.</summary>
    public static string Cut(string value, int max) => value.Length <= max ? value : value[..(char.IsHighSurrogate(value[max - 1]) ? max - 1 : max)];

    /// <summary>The path a name would be, as POSIX normalises it.</summary>
    private static string Resolve(string name)
    {
        if (name.Length == 0)
            return ".";
        var parts = new List<string>();
        foreach (var part in name.Split('/'))
        {
            if (part is "" or ".")
                continue;
            if (part == ".." && parts.Count > 0 && parts[^1] != "..")
                parts.RemoveAt(parts.Count - 1);
            else if (part != ".." || name[0] != '/')
                parts.Add(part);
        }

        var joined = string.Join('/', parts);
        if (name[0] == '/')
            return "/" + joined;
        return joined.Length == 0 ? "." : joined;
    }

    // Python's \w: letters, digits and other numbers of any script, and the underscore.
    private static bool IsWordCharacter(Rune c) => Rune.IsLetterOrDigit(c) || c.Value == '_'
        || Rune.GetUnicodeCategory(c) is UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber;
}
