using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;

namespace Orrery.Governance;

/// <summary>A version of a Python package in the order of PEP 440.</summary>
internal sealed partial class PyVersion : IComparable<PyVersion>
{
    private readonly BigInteger _epoch;
    private readonly BigInteger[] _release;
    private readonly (int Rank, BigInteger Number) _pre;
    private readonly BigInteger _post;
    private readonly BigInteger? _dev;
    private readonly string[] _local;

    private PyVersion(Match parts)
    {
        _epoch = Number(parts, "epoch") ?? 0;
        _release = Trimmed([.. parts.Groups["release"].Value.Split('.').Select(Whole)]);
        var pre = parts.Groups["pre"].Success;
        var post = parts.Groups["post"].Success ? Number(parts, "postn") ?? Number(parts, "postn2") ?? 0 : (BigInteger?)null;
        _dev = parts.Groups["dev"].Success ? Number(parts, "devn") ?? 0 : null;
        // A development release of the version itself stands before its alphas; a version without a suffix after its candidates.
        _pre = pre ? (Rank(parts.Groups["prel"].Value), Number(parts, "pren") ?? 0) : (post is null && _dev is not null ? -1 : 3, 0);
        _post = post ?? -1;
        _local = parts.Groups["local"].Success ? parts.Groups["local"].Value.ToLowerInvariant().Split('.', '-', '_') : [];
    }

    /// <summary>The version of a text; null when it is none.</summary>
    public static PyVersion? Parse(string text) => text.Length <= 200 && Pattern().Match(text.Trim()) is { Success: true } parts ? new(parts) : null;

    public int CompareTo(PyVersion? other)
    {
        if (other is null)
            return 1;
        var order = _epoch.CompareTo(other._epoch);
        for (var i = 0; order == 0 && i < Math.Max(_release.Length, other._release.Length); i++)
            order = At(_release, i).CompareTo(At(other._release, i));
        if (order == 0)
            order = _pre.CompareTo(other._pre);
        if (order == 0)
            order = _post.CompareTo(other._post);
        if (order == 0)
            order = (_dev, other._dev) switch { (null, null) => 0, (null, _) => 1, (_, null) => -1, ({ } one, { } two) => one.CompareTo(two) };
        return order == 0 ? Local(_local, other._local) : order;
    }

    // Numbers stand above words; of two that begin alike the longer is greater.
    private static int Local(string[] one, string[] two)
    {
        for (var i = 0; i < Math.Min(one.Length, two.Length); i++)
        {
            var (left, right) = (BigInteger.TryParse(one[i], NumberStyles.None, CultureInfo.InvariantCulture, out var a), BigInteger.TryParse(two[i], NumberStyles.None, CultureInfo.InvariantCulture, out var b));
            var order = (left, right) switch { (true, true) => a.CompareTo(b), (true, false) => 1, (false, true) => -1, _ => string.CompareOrdinal(one[i], two[i]) };
            if (order != 0)
                return order;
        }

        return one.Length.CompareTo(two.Length);
    }

    private static int Rank(string letter) => letter.ToLowerInvariant() switch { "a" or "alpha" => 0, "b" or "beta" => 1, _ => 2 };

    private static BigInteger At(BigInteger[] release, int index) => index < release.Length ? release[index] : 0;

    private static BigInteger[] Trimmed(BigInteger[] release)
    {
        var length = release.Length;
        while (length > 1 && release[length - 1].IsZero)
            length--;
        return release[..length];
    }

    private static BigInteger? Number(Match parts, string group) => parts.Groups[group] is { Success: true, Length: > 0 } found ? Whole(found.Value) : null;

    private static BigInteger Whole(string digits) => BigInteger.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);

    [GeneratedRegex(
        @"^v?(?:(?<epoch>[0-9]+)!)?(?<release>[0-9]+(?:\.[0-9]+)*)(?<pre>[-_.]?(?<prel>alpha|beta|preview|pre|rc|a|b|c)[-_.]?(?<pren>[0-9]+)?)?(?<post>-(?<postn2>[0-9]+)|[-_.]?(?:post|rev|r)[-_.]?(?<postn>[0-9]+)?)?(?<dev>[-_.]?dev[-_.]?(?<devn>[0-9]+)?)?(?:\+(?<local>[a-z0-9]+(?:[-_.][a-z0-9]+)*))?$",
        RegexOptions.IgnoreCase)]
    private static partial Regex Pattern();
}
