using System.Globalization;
using Orrery.Kernel;
using Orrery.Tracking;

namespace Orrery.Registry;

/// <summary>What the registry allows in names and texts, and its words when it does not.</summary>
internal static class RegistryText
{
    public const int MaxName = 256;
    public const int MaxKey = 250;
    public const int MaxValue = 100_000;
    public const int MaxDescription = 100_000;
    public const int MaxUri = 4096;
    public const int MaxId = 255;
    public const int MaxAlias = 255;

    private const string PromptTextTag = "mlflow.prompt.text";

    /// <summary>Why a text cannot be kept: it is too long, or has a NUL, which PostgreSQL cannot hold. Null when it can.</summary>
    public static Failure? Check(string path, string? value, int max)
    {
        if (value is null)
            return null;
        if (value.Length > max)
            return Names.TooLong(path, value, max);
        return !CanBeStored(value)
            ? Failure.Invalid("registry.invalid_text", $"Invalid value for parameter '{path}' supplied: it has a NUL character (U+0000); leave it out.")
            : null;
    }

    /// <summary>False for a text with a NUL, which PostgreSQL cannot hold: nothing is found by it.</summary>
    public static bool CanBeStored(string text) => !text.Contains('\0', StringComparison.Ordinal);

    public static Failure? CheckName(string name, string path = "name") =>
        name.Length == 0 ? MlflowFields.Missing(path) : Check(path, name, MaxName);

    public static Failure? CheckTag(Pair tag)
    {
        if (Names.CheckKey(tag.Key, "key") is { } bad)
            return bad;
        if (tag.Key == PromptTextTag && tag.Value.Length > MaxValue)
        {
            return Failure.Invalid("registry.prompt_too_long",
                $"Prompt text exceeds max length of {MaxValue.ToString(CultureInfo.InvariantCulture)} characters.");
        }

        return Check("value", tag.Value, MaxValue);
    }

    public static Failure? CheckTags(IEnumerable<Pair> tags)
    {
        foreach (var tag in tags)
        {
            if (CheckTag(tag) is { } bad)
                return bad;
        }

        return null;
    }

    /// <summary>The last value given for each key.</summary>
    public static IReadOnlyList<Pair> Last(IReadOnlyList<Pair> tags) => [.. tags.Reverse().DistinctBy(static t => t.Key).OrderBy(static t => t.Key, StringComparer.Ordinal)];

    /// <summary>A version's number; <c>registry.invalid_version</c>.</summary>
    public static Result<long> ParseVersion(string version) =>
        long.TryParse(version.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : Failure.Invalid("registry.invalid_version", $"Parameter 'version' must be an integer, got '{Clip(version)}'.");

    /// <summary>A text of the caller's, short enough for a message.</summary>
    public static string Clip(string text) => text.Length <= 200 ? text : text[..200] + "...";
}
