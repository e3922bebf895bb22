using System.Globalization;

namespace Orrery.Governance;

/// <summary>Which groups are large enough, and what is told of those that are not.</summary>
/// <param name="LeastRows">Rows that a group must have.</param>
/// <param name="LeastClass">Positives, and negatives, that it must have for rates among them.</param>
/// <param name="MaySeeSmall">Whether the caller may use sensitive attributes row by row, and so see how small a group is.</param>
internal sealed record GroupRules(int LeastRows, int LeastClass, bool MaySeeSmall)
{
    /// <summary>Why a group of so many rows has no metrics; null when it has.</summary>
    public string? TooSmall(int rows) => rows >= LeastRows ? null : MaySeeSmall
        ? string.Create(CultureInfo.InvariantCulture, $"{rows} rows; {LeastRows} are needed")
        : string.Create(CultureInfo.InvariantCulture, $"fewer than {LeastRows} rows");

    /// <summary>
    /// Which groups' sizes are kept to ourselves. Where one group is too small, the smallest of the others is hidden, too, or the whole would tell its size.
    /// </summary>
    public bool[] Hidden(IReadOnlyList<int> sizes)
    {
        var hidden = sizes.Select(size => !MaySeeSmall && size < LeastRows).ToArray();
        if (hidden.Count(static one => one) != 1)
            return hidden;
        var next = Enumerable.Range(0, sizes.Count).Where(group => !hidden[group]).OrderBy(group => sizes[group]).ThenBy(static group => group).ToList();
        if (next.Count > 0)
            hidden[next[0]] = true;
        return hidden;
    }

    /// <summary>Whether the number of positives may be told.</summary>
    public bool ShowsPositives(int positives, int rows) => MaySeeSmall || (positives >= LeastClass && rows - positives >= LeastClass);
}
