using MathNet.Numerics;

namespace Orrery.Statistics;

/// <summary>How far apart two independent samples are, without regard to how many values there are. The first less the second.</summary>
public static class EffectSizes
{
    /// <summary>Cohen's d, by the pooled standard deviation; NaN without spread.</summary>
    public static double CohensD(ReadOnlySpan<double> first, ReadOnlySpan<double> second)
    {
        var ((a, deviationA), (b, deviationB)) = (PairedTests.Moments(first), PairedTests.Moments(second));
        var degrees = first.Length + second.Length - 2;
        var pooled = Math.Sqrt((((first.Length - 1) * deviationA * deviationA) + ((second.Length - 1) * deviationB * deviationB)) / degrees);
        return pooled > 0 ? (a - b) / pooled : double.NaN;
    }

    /// <summary>Hedges' g: Cohen's d with the exact correction of its bias in small samples.</summary>
    public static double HedgesG(ReadOnlySpan<double> first, ReadOnlySpan<double> second)
    {
        double degrees = first.Length + second.Length - 2;
        return CohensD(first, second) * Math.Exp(SpecialFunctions.GammaLn(degrees / 2) - SpecialFunctions.GammaLn((degrees - 1) / 2)) / Math.Sqrt(degrees / 2);
    }

    /// <summary>Cliff's delta: how much oftener a value of the first is greater than one of the second than less, -1 to 1.</summary>
    public static double CliffsDelta(ReadOnlySpan<double> first, ReadOnlySpan<double> second) =>
        first.Length == 0 || second.Length == 0 ? double.NaN : (2 * SampleTests.MannWhitney(first, second).Statistic / ((double)first.Length * second.Length)) - 1;
}
