using Orrery.Contracts;

namespace Orrery.Governance;

/// <summary>Counts the values of a column that are of one kind.</summary>
internal sealed class PiiProbe(string kind, string? country, double strength, double chance, bool isHinted, Func<string, bool> test)
{
    // What a column's name alone says.
    private const double OfName = 0.4;

    // As many values more that are not of the kind are supposed, so that a few tell less than many.
    private const double Doubt = 0.5;

    private readonly List<string> _examples = [];
    private readonly List<string> _inside = [];
    private long _matches;
    private long _texts;
    private bool _isInText;

    /// <summary>Whether a word within a text can be told to be of the kind.</summary>
    public bool IsTold { get; } = kind is PiiKinds.Email or PiiKinds.PaymentCard or PiiKinds.Iban or PiiKinds.Phone || (country is not null && strength >= 0.9);

    /// <summary>Looks at a value.</summary>
    public bool Look(string value, int examples)
    {
        if (!test(value))
            return false;
        _matches++;
        Keep(_examples, value, examples);
        return true;
    }

    /// <summary>Looks at a word of a text.</summary>
    public void LookInside(string word, int examples)
    {
        if (!test(word))
            return;
        _isInText = true;
        Keep(_inside, word, examples);
    }

    /// <summary>Ends a text.</summary>
    public void EndText()
    {
        _texts += _isInText ? 1 : 0;
        _isInText = false;
    }

    /// <summary>What was found among so many values.</summary>
    public IEnumerable<PiiFinding> Findings(long values)
    {
        var share = values == 0 ? 0 : (double)_matches / values;
        var seen = values == 0 ? 0 : _matches / (values + Doubt);
        // Share beyond chance; names and values each leave room for doubt.
        var evidence = Math.Max(0, (seen - chance) / (1 - chance)) * strength;
        var confidence = isHinted ? Math.Max(OfName, 1 - ((1 - evidence) * (1 - (seen >= 0.5 ? 0.8 : OfName)))) : evidence;
        if (_matches > 0 || isHinted)
            yield return Finding(share, _matches, confidence, isInText: false, _examples);
        if (_texts > 0)
            yield return Finding((double)_texts / values, _texts, Math.Min(0.9, strength) * (1 - (1 / (1.0 + _texts))) + (0.1 * strength), isInText: true, _inside);
    }

    private PiiFinding Finding(double share, long matches, double confidence, bool isInText, List<string> examples) => new()
    {
        Kind = kind,
        Country = country,
        Share = share,
        Matches = matches,
        Confidence = Math.Round(Math.Min(confidence, 0.999), 3),
        IsNamed = isHinted,
        IsInText = isInText,
        Examples = [.. examples],
    };

    private static void Keep(List<string> examples, string value, int most)
    {
        if (examples.Count < most && PiiMask.Shape(value) is var shape && !examples.Contains(shape))
            examples.Add(shape);
    }
}
