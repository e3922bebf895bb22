using MathNet.Numerics;

namespace Orrery.Statistics;

/// <summary>Tails of distributions, from their own side, so that small ones keep their digits.</summary>
public static class Tails
{
    /// <summary>P(|Z| of a standard normal is at least |z|).</summary>
    public static double NormalTwoSided(double z) => double.IsNaN(z) ? double.NaN : SpecialFunctions.Erfc(Math.Abs(z) / Constants.Sqrt2);

    /// <summary>The standard normal quantile.</summary>
    public static double NormalQuantile(double share) => -Constants.Sqrt2 * SpecialFunctions.ErfcInv(2 * share);

    /// <summary>P(|T| of Student's t is at least |t|).</summary>
    public static double StudentTwoSided(double t, double degrees) => double.IsInfinity(t) ? 0 : SpecialFunctions.BetaRegularized(degrees / 2, 0.5, degrees / (degrees + (t * t)));

    /// <summary>The t that |T| exceeds with a probability of 1 - confidence.</summary>
    public static double StudentQuantile(double confidence, double degrees) => MathNet.Numerics.Distributions.StudentT.InvCDF(0, 1, degrees, (1 + confidence) / 2);

    /// <summary>P(chi squared of one degree of freedom is at least x).</summary>
    public static double ChiSquaredOne(double x) => SpecialFunctions.Erfc(Math.Sqrt(x / 2));

    /// <summary>P(chi squared of some degrees of freedom is at least x).</summary>
    public static double ChiSquared(double x, double degrees) => x <= 0 ? 1 : SpecialFunctions.GammaUpperRegularized(degrees / 2, x / 2);

    /// <summary>P(Fisher's F of some degrees of freedom is at least f).</summary>
    public static double Fisher(double f, double above, double below) => double.IsInfinity(f) ? 0 : f <= 0 ? 1 : SpecialFunctions.BetaRegularized(below / 2, above / 2, below / (below + (above * f)));

    /// <summary>The standard normal distribution function.</summary>
    public static double Normal(double z) => SpecialFunctions.Erfc(-z / Constants.Sqrt2) / 2;

    /// <summary>P(a binomial of n fair tosses is k or further from n/2, on both sides).</summary>
    public static double FairTwoSided(long k, long n)
    {
        var low = Math.Min(k, n - k);
        if (n == 0 || 2 * low == n)
            return 1;
        // P(X <= low), by the incomplete beta function.
        return Math.Min(1, 2 * SpecialFunctions.BetaRegularized(n - low, low + 1, 0.5));
    }

    /// <summary>Logarithm of n over k.</summary>
    public static double LogChoose(double n, double k) => SpecialFunctions.GammaLn(n + 1) - SpecialFunctions.GammaLn(k + 1) - SpecialFunctions.GammaLn(n - k + 1);
}
