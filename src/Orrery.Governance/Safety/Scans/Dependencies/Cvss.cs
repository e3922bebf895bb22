namespace Orrery.Governance;

/// <summary>Base scores of CVSS 3.0 and 3.1 vectors, by FIRST's specification, section 7.1.</summary>
internal static class Cvss
{
    /// <summary>0 to 10; null when it is no such vector.</summary>
    public static double? Base(string vector)
    {
        if (!vector.StartsWith("CVSS:3.0/", StringComparison.Ordinal) && !vector.StartsWith("CVSS:3.1/", StringComparison.Ordinal))
            return null;
        var parts = vector.Split('/').Skip(1).Select(static part => part.Split(':')).Where(static part => part.Length == 2).DistinctBy(static part => part[0]).ToDictionary(static part => part[0], static part => part[1]);
        var isChanged = parts.GetValueOrDefault("S") == "C";
        if (Of(parts, "AV", "N0.85 A0.62 L0.55 P0.2") is not { } vectorOf || Of(parts, "AC", "L0.77 H0.44") is not { } complexity
            || Of(parts, "PR", isChanged ? "N0.85 L0.68 H0.5" : "N0.85 L0.62 H0.27") is not { } privileges || Of(parts, "UI", "N0.85 R0.62") is not { } interaction
            || Of(parts, "C", "H0.56 L0.22 N0") is not { } confidentiality || Of(parts, "I", "H0.56 L0.22 N0") is not { } integrity || Of(parts, "A", "H0.56 L0.22 N0") is not { } availability)
            return null;
        var lost = 1 - ((1 - confidentiality) * (1 - integrity) * (1 - availability));
        var impact = isChanged ? (7.52 * (lost - 0.029)) - (3.25 * Math.Pow(lost - 0.02, 15)) : 6.42 * lost;
        if (impact <= 0)
            return 0;
        var exploitability = 8.22 * vectorOf * complexity * privileges * interaction;
        return RoundUp(Math.Min((isChanged ? 1.08 : 1) * (impact + exploitability), 10));
    }

    /// <summary>The specification's qualitative scale.</summary>
    public static Severity Rating(double score) => score switch { >= 9 => Severity.Critical, >= 7 => Severity.High, >= 4 => Severity.Medium, _ => Severity.Low };

    private static double? Of(Dictionary<string, string> parts, string metric, string scale)
    {
        if (!parts.TryGetValue(metric, out var value))
            return null;
        var found = scale.Split(' ').FirstOrDefault(one => one[..1] == value);
        return found is null ? null : double.Parse(found[1..], System.Globalization.CultureInfo.InvariantCulture);
    }

    private static double RoundUp(double score)
    {
        var whole = (long)Math.Round(score * 100_000);
        return whole % 10_000 == 0 ? whole / 100_000.0 : (Math.Floor(whole / 10_000.0) + 1) / 10.0;
    }
}
