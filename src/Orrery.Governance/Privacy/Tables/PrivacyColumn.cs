using System.Globalization;

namespace Orrery.Governance;

/// <summary>What a column of a table holds.</summary>
internal enum PrivacyColumnKind
{
    /// <summary>Numbers.</summary>
    Number,

    /// <summary>Whole numbers.</summary>
    Whole,

    /// <summary>Moments or days, as seconds since 1970.</summary>
    Time,

    /// <summary>Texts, and all that is shown as text.</summary>
    Text,
}

/// <summary>A column in memory: numbers, of which not-a-number is null, or texts.</summary>
/// <param name="Name">Of the column.</param>
/// <param name="Kind">What it holds.</param>
/// <param name="SqlType">As which it is written.</param>
internal sealed record PrivacyColumn(string Name, PrivacyColumnKind Kind, string SqlType)
{
    /// <summary>Of all kinds but texts.</summary>
    public double[] Numbers { get; init; } = [];

    /// <summary>Of texts.</summary>
    public string?[] Texts { get; init; } = [];

    public bool IsText => Kind is PrivacyColumnKind.Text;

    public int Rows => IsText ? Texts.Length : Numbers.Length;

    public bool IsNull(int row) => IsText ? Texts[row] is null : double.IsNaN(Numbers[row]);

    /// <summary>A value as text; null for null. Equal values have equal texts.</summary>
    public string? Show(int row)
    {
        if (IsText)
            return Texts[row];
        var number = Numbers[row];
        if (double.IsNaN(number))
            return null;
        // As text has it, so that a key has the same token wherever it stands.
        if (Kind is PrivacyColumnKind.Whole && Math.Abs(number) <= 1L << 53)
            return ((long)number).ToString(CultureInfo.InvariantCulture);
        if (Kind is not PrivacyColumnKind.Time)
            return number.ToString("R", CultureInfo.InvariantCulture);
        var time = DateTimeOffset.UnixEpoch.AddTicks((long)(number * TimeSpan.TicksPerSecond));
        return time.ToString(SqlType == "DATE" ? "yyyy-MM-dd" : "yyyy-MM-dd HH:mm:ss.FFFFFF", CultureInfo.InvariantCulture);
    }

    /// <summary>Some rows of it.</summary>
    public PrivacyColumn Take(IReadOnlyList<int> rows) => this with
    {
        Numbers = IsText ? [] : [.. rows.Select(row => Numbers[row])],
        Texts = IsText ? [.. rows.Select(row => Texts[row])] : [],
    };

    /// <summary>The same column as text.</summary>
    public PrivacyColumn WithTexts(Func<string, string?> change) => new(Name, PrivacyColumnKind.Text, "VARCHAR")
    {
        Texts = [.. Enumerable.Range(0, Rows).Select(row => Show(row) is { } text ? change(text) : null)],
    };
}
