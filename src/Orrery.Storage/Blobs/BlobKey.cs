using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Orrery.Storage;

/// <summary>The rules of blob keys: what is a good relative path in a folder and a good S3 key alike.</summary>
public static class BlobKey
{
    /// <summary>Longest key, bytes of UTF-8.</summary>
    public const int MaxBytes = 1024;

    /// <summary>Longest segment between two '/', bytes of UTF-8.</summary>
    public const int MaxSegmentBytes = 255;

    /// <summary>The top folder in which the file store keeps what is being written.</summary>
    internal const string Reserved = ".tmp";

    /// <summary>
    /// True for '/'-separated segments, none empty, "." or "..", without backslash and control characters, within
    /// <see cref="MaxBytes"/> and <see cref="MaxSegmentBytes"/>; the first is not ".tmp".
    /// </summary>
    /// <param name="key">What is asked about; null is not valid.</param>
    /// <param name="reason">What is wrong with it, fit to show to its author.</param>
    public static bool IsValid([NotNullWhen(true)] string? key, [NotNullWhen(false)] out string? reason)
    {
        reason = Problem(key);
        return reason is null;
    }

    internal static void Check(string key)
    {
        if (Problem(key) is { } problem)
            throw new ArgumentException(problem, nameof(key));
    }

    /// <summary>A key followed by '/', or nothing where the top is allowed.</summary>
    internal static void CheckFolder(string prefix, bool allowTop)
    {
        if (prefix.Length == 0 && allowTop)
            return;
        var problem = prefix.EndsWith('/') ? Problem(prefix[..^1]) : $"The prefix '{prefix}' does not end in '/'.";
        if (problem is not null)
            throw new ArgumentException(problem, nameof(prefix));
    }

    /// <summary>Folders, then the beginning of a name: what precedes the last '/' is a key.</summary>
    internal static void CheckPrefix(string prefix)
    {
        var slash = prefix.LastIndexOf('/');
        CheckFolder(prefix.Substring(0, slash + 1), allowTop: true);
        if (CharacterProblem(prefix.AsSpan(slash + 1)) is { } problem)
            throw new ArgumentException(problem, nameof(prefix));
    }

    private static string? Problem(string? key)
    {
        if (string.IsNullOrEmpty(key))
            return "The key is empty.";
        if (CharacterProblem(key) is { } problem)
            return problem;
        if (Encoding.UTF8.GetByteCount(key) > MaxBytes)
            return $"The key is longer than {MaxBytes} bytes.";
        if (key == Reserved || key.StartsWith(Reserved + '/', StringComparison.Ordinal))
            return $"The key '{key}' is in the reserved folder '{Reserved}'.";

        foreach (var range in key.AsSpan().Split('/'))
        {
            if (SegmentProblem(key.AsSpan(range)) is { } wrong)
                return $"The key '{key}' has {wrong}.";
        }

        return null;
    }

    private static string? SegmentProblem(ReadOnlySpan<char> segment) => segment switch
    {
        "" => "an empty segment",
        "." or ".." => "a segment '.' or '..'",
        _ => Encoding.UTF8.GetByteCount(segment) > MaxSegmentBytes ? $"a segment longer than {MaxSegmentBytes} bytes" : null,
    };

    private static string? CharacterProblem(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(text, out var rune, out var used) != OperationStatus.Done)
                return "The key is not well-formed Unicode.";
            if (Rune.IsControl(rune))
                return $"The key has the control character U+{rune.Value:X4}.";
            if (rune.Value == '\\')
                return "The key has a backslash; '/' separates segments.";
            text = text[used..];
        }

        return null;
    }
}
