using System.Globalization;

namespace Orrery.Governance;

/// <summary>Which rows a metric is about.</summary>
internal enum NeededClasses
{
    None,
    Positives,
    Negatives,
    Both,
}

/// <summary>How many positives and negatives there are, and how many there must be.</summary>
/// <param name="Positives">Rows.</param>
/// <param name="Negatives">Rows.</param>
/// <param name="Least">Of each, where they are needed.</param>
/// <param name="TellsCounts">Whether a reason may tell how many there are.</param>
internal readonly record struct ClassSizes(int Positives, int Negatives, int Least, bool TellsCounts)
{
    /// <summary>Why a metric is undefined here; null when it is defined.</summary>
    public string? Lacking(NeededClasses needed)
    {
        if (needed is NeededClasses.Positives or NeededClasses.Both && Positives < Least)
            return Few(Positives, "positives");
        return needed is NeededClasses.Negatives or NeededClasses.Both && Negatives < Least ? Few(Negatives, "negatives") : null;
    }

    private string Few(int there, string what) => TellsCounts
        ? string.Create(CultureInfo.InvariantCulture, $"{there} {what}; {Least} are needed")
        : string.Create(CultureInfo.InvariantCulture, $"fewer than {Least} {what}");
}
