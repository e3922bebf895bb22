using Orrery.Kernel;

namespace Orrery.Governance;

/// <summary>Shapley values by weighted least squares over coalitions, under the constraint that they add up (KernelSHAP, Lundberg and Lee 2017).</summary>
internal static class KernelShapley
{
    /// <summary>Explains a row; the same seed gives the same coalitions.</summary>
    public static async ValueTask<Result<RowExplanation>> ExplainAsync(CoalitionGame game, double baseValue, int samples, int seed, CancellationToken cancel)
    {
        var players = game.Players.Count;
        if ((await game.WholeAsync(cancel)).Failed(out var refused, out var whole))
            return refused;
        if (players < 2)
            return new RowExplanation(baseValue, game.Spread(players == 0 ? [] : [whole - baseValue]), whole);
        var chosen = KernelCoalitions.Choose(players, samples, new Random(seed));
        if ((await game.ValuesAsync(chosen.Members, cancel)).Failed(out refused, out var values))
            return refused;
        return new RowExplanation(baseValue, game.Spread(Solve(chosen, values, baseValue, whole, players)), whole);
    }

    /// <summary>Solves for the players' values.</summary>
    public static double[] Solve(KernelCoalitions chosen, ReadOnlySpan<double> values, double baseValue, double whole, int players)
    {
        // The last player's value is what the others leave: the constraint is put in.
        var free = players - 1;
        var (matrix, right, differences) = (new double[free * free], new double[free], new double[free]);
        for (var index = 0; index < values.Length; index++)
        {
            var (members, weight) = (chosen.Members[index], chosen.Weights[index]);
            var last = members[free] ? 1.0 : 0.0;
            for (var player = 0; player < free; player++)
                differences[player] = (members[player] ? 1.0 : 0.0) - last;
            var target = values[index] - baseValue - (last * (whole - baseValue));
            for (var row = 0; row < free; row++)
            {
                if (differences[row] == 0)
                    continue;
                var factor = weight * differences[row];
                right[row] += factor * target;
                for (var column = 0; column <= row; column++)
                    matrix[(row * free) + column] += factor * differences[column];
            }
        }

        NormalEquations.Solve(matrix, right);
        return [.. right, whole - baseValue - right.Sum()];
    }
}
