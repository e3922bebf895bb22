using Orrery.Contracts;

namespace Orrery.Features;

/// <summary>Names as they may be here, and what is told about the import.</summary>
internal sealed class FeastGaps
{
    private readonly List<FeastImportGap> _all = [];
    private readonly Dictionary<(string Kind, string Name), string> _names = [];

    /// <summary>What was told.</summary>
    public IReadOnlyList<FeastImportGap> All => _all;

    public void LeftOut(string kind, string name, string reason) => _all.Add(new() { Kind = kind, Name = name, LeftOut = true, Reason = reason });

    public void Changed(string kind, string name, string reason) => _all.Add(new() { Kind = kind, Name = name, LeftOut = false, Reason = reason });

    /// <summary>The name that an object has here: its own where that may be, else one made from it, which is told once.</summary>
    public string Named(string kind, string name, bool isView)
    {
        if (_names.TryGetValue((kind, name), out var known))
            return known;
        var made = name;
        if ((isView ? DefinitionNames.ViewProblem(name) : DefinitionNames.Problem(name)) is not null)
        {
            made = Fitting(name);
            for (var number = 2; _names.Any(one => one.Key.Kind == kind && one.Value == made); number++)
                made = $"{Fitting(name)[..Math.Min(Fitting(name).Length, DefinitionNames.MaxLength - 4)]}-{number}";
            Changed(kind, name, $"is called '{made}' here; names have lower-case letters, digits, '_' and '-'.");
        }

        return _names[(kind, name)] = made;
    }

    private static string Fitting(string name)
    {
        var text = string.Concat(name.ToLowerInvariant().Select(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' ? letter : '_'));
        while (text.Contains("__", StringComparison.Ordinal))
            text = text.Replace("__", "_", StringComparison.Ordinal);
        return text.Length == 0 ? "unnamed" : text[..Math.Min(text.Length, DefinitionNames.MaxLength)];
    }
}
