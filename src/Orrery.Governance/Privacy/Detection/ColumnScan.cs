using System.Buffers;
using Orrery.Contracts;

namespace Orrery.Governance;

/// <summary>Looks at the values of one column, one after another, and says then which kinds of personal data they are. Keeps no value.</summary>
internal sealed class ColumnScan
{
    /// <summary>From which confidence on a kind is listed.</summary>
    public const double Least = 0.2;

    private const int Examples = 3;
    private const int MostText = 4096;
    private static readonly SearchValues<char> Breaks = SearchValues.Create(" \t\r\n,;\"<>()[]|");

    private readonly CountryPacks _packs;
    private readonly PiiProbe[] _probes;
    private readonly bool _readsValues;
    private long _values;

    /// <param name="name">Of the column.</param>
    /// <param name="readsValues">Whether its type may hold personal data other than by its name.</param>
    /// <param name="packs">The packs.</param>
    /// <param name="countries">Whose numbers are looked for; null for all.</param>
    /// <param name="year">This year.</param>
    public ColumnScan(string name, bool readsValues, CountryPacks packs, IReadOnlyList<string>? countries, int year)
    {
        (_packs, _readsValues) = (packs, readsValues);
        var words = PiiKinds.Words(name);
        _probes =
        [
            .. PiiKinds.All.Select(kind => new PiiProbe(kind.Name, null, kind.Strength, kind.Chance, PiiKinds.IsHinted(words, kind.Name, kind.Hints), Test(kind.Name, countries, year))),
            .. packs.Ids.Where(id => countries is null || countries.Contains(id.Country)).Select(id => Probe(id, words)),
        ];
    }

    /// <summary>Adds a value that is not null.</summary>
    public void Add(string text)
    {
        _values++;
        if (!_readsValues || text.Length == 0)
            return;
        if (PiiValues.Value(text) is { Length: > 0 } value)
        {
            var found = false;
            foreach (var probe in _probes)
                found |= probe.Look(value, Examples);
            if (found || value.Length < 8 || value.AsSpan().IndexOfAny(Breaks) < 0)
                return;
        }

        Inside(text.Length > MostText ? text[..MostText] : text);
    }

    /// <summary>What the column holds, the likeliest first.</summary>
    public IReadOnlyList<PiiFinding> Findings() =>
    [
        .. _probes.SelectMany(probe => probe.Findings(_values)).Where(static one => one.Confidence >= Least)
            .OrderByDescending(static one => one.Confidence).ThenByDescending(static one => one.Matches).ThenBy(static one => one.Kind, StringComparer.Ordinal),
    ];

    // Of free text the words are looked at, for what can be told without the words around it.
    private void Inside(string text)
    {
        foreach (var range in text.AsSpan().SplitAny(Breaks))
        {
            var word = text.AsSpan(range).Trim(".:!?'").ToString();
            if (word.Length < 8)
                continue;
            foreach (var probe in _probes.Where(static probe => probe.IsTold))
                probe.LookInside(word, Examples);
        }

        foreach (var probe in _probes)
            probe.EndText();
    }

    private Func<string, bool> Test(string kind, IReadOnlyList<string>? countries, int year) => kind switch
    {
        PiiKinds.Email => static text => PiiValues.IsEmail(text),
        PiiKinds.Phone => text => PiiValues.IsE164(text) || _packs.Phones.Any(one => (countries is null || countries.Contains(one.Country)) && one.Pattern.IsMatch(text)),
        PiiKinds.PaymentCard => static text => PiiValues.IsPaymentCard(text),
        PiiKinds.Iban => static text => PiiValues.IsIban(text),
        PiiKinds.IpAddress => static text => PiiValues.IsIpAddress(text),
        PiiKinds.MacAddress => static text => PiiValues.IsMacAddress(text),
        PiiKinds.PersonName => text => PiiValues.IsPersonName(text, _packs),
        PiiKinds.DateOfBirth => text => PiiValues.IsBirthday(text, year),
        _ => text => PiiValues.IsPostalAddress(text, _packs),
    };

    private static PiiProbe Probe(IdPattern id, string words)
    {
        var isHinted = PiiKinds.IsHinted(words, id.Id.Kind, id.Id.Hints);
        return new(id.Id.Kind, id.Country, id.Id.Strength, id.Id.Chance, isHinted, text =>
            (id.Strong.IsMatch(text) || (isHinted && id.Weak is { } weak && weak.IsMatch(text))) && id.Check(Compact(text)));
    }

    private static string Compact(string text) => string.Create(text.Count(char.IsAsciiLetterOrDigit), text, static (span, from) =>
    {
        var at = 0;
        foreach (var one in from)
        {
            if (char.IsAsciiLetterOrDigit(one))
                span[at++] = char.ToUpperInvariant(one);
        }
    });
}
