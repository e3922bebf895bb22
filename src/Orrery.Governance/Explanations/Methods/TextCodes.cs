namespace Orrery.Governance;

/// <summary>Numbers for the texts of a model's columns, given in the order in which texts are met. Not for several callers at a time; <see cref="Fork"/> is.</summary>
internal sealed class TextCodes
{
    private readonly List<string?>?[] _texts;

    /// <param name="isText">Of each column.</param>
    public TextCodes(IReadOnlyList<bool> isText) => _texts = [.. isText.Select(static one => one ? new List<string?>() : null)];

    private TextCodes(List<string?>?[] texts) => _texts = texts;

    public bool IsText(int column) => _texts[column] is not null;

    /// <summary>How many different texts a column had.</summary>
    public int Count(int column) => _texts[column]!.Count;

    /// <summary>The number of a text; a new one for a text that was not met.</summary>
    public double Encode(int column, string? text)
    {
        var texts = _texts[column]!;
        var place = texts.IndexOf(text);
        if (place >= 0)
            return place;
        texts.Add(text);
        return texts.Count - 1;
    }

    /// <summary>The text of a number.</summary>
    public string? Decode(int column, double code) => _texts[column]![(int)code];

    /// <summary>A copy, which may meet texts of its own.</summary>
    public TextCodes Fork() => new([.. _texts.Select(static texts => texts is null ? null : new List<string?>(texts))]);
}
