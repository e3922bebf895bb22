using System.Globalization;
using System.Numerics;

namespace Orrery.Native;

/// <summary>A DECIMAL that does not fit into <see cref="decimal"/>: <paramref name="Unscaled"/> over ten to the <paramref name="Scale"/>.</summary>
/// <param name="Unscaled">All digits as a whole number.</param>
/// <param name="Scale">How many of them stand after the point.</param>
public readonly record struct DuckDecimal(BigInteger Unscaled, byte Scale)
{
    /// <summary>As SQL writes it: <c>-12.30</c>.</summary>
    public override string ToString()
    {
        var digits = BigInteger.Abs(Unscaled).ToString(CultureInfo.InvariantCulture).PadLeft(Scale + 1, '0');
        var sign = Unscaled.Sign < 0 ? "-" : "";
        return Scale == 0 ? sign + digits : $"{sign}{digits[..^Scale]}.{digits[^Scale..]}";
    }
}
