using System.Text;

namespace Orrery.Contracts;

/// <summary>Names as Kubernetes takes them.</summary>
public static class KubeNames
{
    private const int Longest = 63;

    // KServe makes host names of it, with the namespace and a suffix behind it.
    private const int LongestName = 50;

    /// <summary>A name of lower-case letters, digits and inner hyphens, a letter first.</summary>
    public static string Of(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var text = new StringBuilder(name.Length);
        foreach (var one in name.ToLowerInvariant())
            text.Append(char.IsAsciiLetterOrDigit(one) ? one : '-');
        var cut = text.ToString().Trim('-');
        if (cut.Length == 0 || !char.IsAsciiLetter(cut[0]))
            cut = "m-" + cut;
        if (cut.Length > LongestName)
            cut = cut[..LongestName];
        cut = cut.Trim('-');
        // Two names that would become the same are told apart by what they were.
        return cut == name ? cut : $"{cut}-{Fingerprint(name)}";
    }

    /// <summary>A value of a label.</summary>
    public static string Label(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        var text = new StringBuilder(value.Length);
        foreach (var one in value.Length > Longest ? value[..Longest] : value)
            text.Append(char.IsAsciiLetterOrDigit(one) || one is '-' or '_' or '.' ? one : '-');
        return text.ToString().Trim('-', '_', '.');
    }

    private static string Fingerprint(string name) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..6];
}
