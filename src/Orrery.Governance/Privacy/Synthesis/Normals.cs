using MathNet.Numerics;

namespace Orrery.Governance;

/// <summary>The standard normal distribution.</summary>
internal static class Normals
{
    /// <summary>A draw, by Box and Muller's method.</summary>
    public static double Next(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    /// <summary>How much of it lies below a value.</summary>
    public static double Below(double value) => 0.5 * SpecialFunctions.Erfc(-value / Math.Sqrt(2));

    /// <summary>The value below which so much of it lies.</summary>
    public static double Quantile(double share) => -Math.Sqrt(2) * SpecialFunctions.ErfcInv(2 * Math.Clamp(share, 1e-12, 1 - 1e-12));
}
