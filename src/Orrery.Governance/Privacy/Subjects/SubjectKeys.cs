using System.Collections.Concurrent;
using Orrery.Features;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>Codes of subjects: the same for the same key in a workspace, and of no use without the server's own key. Thread-safe.</summary>
internal sealed class SubjectKeys(SecretBox secrets)
{
    private const int MostColumns = 10;
    private const int LongestValue = 500;
    private const int MostForms = 4;

    private readonly ConcurrentDictionary<long, byte[]> _keys = new();

    /// <summary>What codes of a workspace are made with.</summary>
    public byte[] Of(WorkspaceId workspace) => _keys.GetOrAdd(workspace.Value, static (number, box) => box.Code("subjects", number, "privacy"), secrets);

    /// <summary>The code of a subject, and its columns in order; <c>governance.invalid_subject</c>.</summary>
    public Result<(string Code, string JoinKeys)> Code(WorkspaceId workspace, IReadOnlyDictionary<string, string> subject) =>
        Problem(subject) is { } wrong
            ? Failure.Invalid("governance.invalid_subject", wrong)
            : (Convert.ToHexStringLower(SubjectIndex.Code(Of(workspace), subject)), string.Join(',', subject.Keys.Order(StringComparer.Ordinal)));

    /// <summary>
    /// Codes of the same subject with whole numbers as they are kept where a key is one (<c>42</c> for <c>42.0</c> and <c>042</c>): of the columns that are
    /// written otherwise each alone and together, since only some may be numbers. None where all are plain.
    /// </summary>
    public IReadOnlyList<string> Forms(WorkspaceId workspace, IReadOnlyDictionary<string, string> subject)
    {
        string[] other = [.. subject.Where(static pair => SubjectIndex.Whole(pair.Value) != pair.Value).Select(static pair => pair.Key).Order(StringComparer.Ordinal)];
        var choices = other.Length <= MostForms ? Enumerable.Range(1, (1 << other.Length) - 1) : [-1];
        return
        [
            .. choices.Select(choice => subject.ToDictionary(
                static pair => pair.Key, pair => Array.IndexOf(other, pair.Key) is >= 0 and var at && (choice & (1 << at)) != 0 ? SubjectIndex.Whole(pair.Value) : pair.Value, StringComparer.Ordinal))
                .Select(form => Convert.ToHexStringLower(SubjectIndex.Code(Of(workspace), form))),
        ];
    }

    private static string? Problem(IReadOnlyDictionary<string, string> subject)
    {
        if (subject.Count is 0 or > MostColumns)
            return $"Name the subject: 1 to {MostColumns} columns of an entity's key and their values.";
        foreach (var (name, value) in subject)
        {
            if (name.Length is 0 or > 100 || name.Contains(',', StringComparison.Ordinal) || name.Any(char.IsControl))
                return "A column of a key has 1 to 100 characters, none of them a comma.";
            if (string.IsNullOrEmpty(value) || value.Length > LongestValue || value.Any(char.IsControl))
                return $"The value of {name} must have 1 to {LongestValue} characters.";
        }

        return null;
    }
}
