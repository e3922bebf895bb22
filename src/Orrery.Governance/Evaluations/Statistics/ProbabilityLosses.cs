namespace Orrery.Governance;

/// <summary>Losses of a probability.</summary>
internal static class ProbabilityLosses
{
    /// <summary>What probabilities are clipped at, as scikit-learn clips those of 64 bits.</summary>
    public const double Epsilon = 2.220446049250313e-16;

    /// <summary>Log-loss of the probability of the positive class.</summary>
    public static double Log(double probability, bool isPositive) => Log(isPositive ? probability : 1 - probability);

    /// <summary>Log-loss of the probability of the true class.</summary>
    public static double Log(double probability) => -Math.Log(Math.Clamp(probability, Epsilon, 1 - Epsilon));

    /// <summary>Squared error of the probability of the positive class.</summary>
    public static double Square(double probability, bool isPositive) => isPositive ? (1 - probability) * (1 - probability) : probability * probability;
}
