namespace Orrery.Governance;

/// <summary>Weights of coalitions in Shapley values (Shapley 1953).</summary>
internal static class ShapleyWeights
{
    /// <summary>|S|! (M-|S|-1)! / M!: of the step from a coalition of <paramref name="size"/> to one more of <paramref name="players"/>.</summary>
    public static double Step(int size, int players) => 1 / (players * Choose(players - 1, size));

    /// <summary>Binomial coefficient; exact as far as doubles hold it.</summary>
    public static double Choose(int from, int count)
    {
        var product = 1.0;
        for (var index = 1; index <= Math.Min(count, from - count); index++)
            product = product * (from - index + 1) / index;
        return Math.Round(product);
    }
}
