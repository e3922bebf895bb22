namespace Orrery.Tests.Conformance;

/// <summary>Where two results differ.</summary>
internal static class JoinDifference
{
    /// <summary>The first row that differs; null when none does.</summary>
    public static string? Find(IReadOnlyList<string?[]> expected, IReadOnlyList<string?[]> found)
    {
        if (expected.Count != found.Count)
            return $"{found.Count} rows instead of {expected.Count}";
        for (var row = 0; row < expected.Count; row++)
        {
            if (!expected[row].SequenceEqual(found[row]))
                return $"row {row} is {Text(found[row])} instead of {Text(expected[row])}";
        }

        return null;
    }

    private static string Text(string?[] row) => string.Join(" | ", row.Select(static value => value ?? "NULL"));
}
