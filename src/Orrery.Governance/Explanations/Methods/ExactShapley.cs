using Orrery.Kernel;

namespace Orrery.Governance;

/// <summary>Shapley values by enumeration of all coalitions.</summary>
internal static class ExactShapley
{
    /// <summary>Most players: 4,096 coalitions.</summary>
    public const int MostPlayers = 12;

    /// <summary>Values of a game.</summary>
    /// <param name="game">v(S) at the place of S as a bit mask, 2^players of them.</param>
    /// <param name="players">1 or more.</param>
    public static double[] Of(ReadOnlySpan<double> game, int players)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(game.Length, 1 << players);
        var weights = new double[players];
        for (var size = 0; size < players; size++)
            weights[size] = ShapleyWeights.Step(size, players);
        var values = new double[players];
        for (var mask = 0; mask < game.Length; mask++)
        {
            var weight = weights[Math.Min(int.PopCount(mask), players - 1)];
            for (var player = 0; player < players; player++)
            {
                if ((mask & (1 << player)) == 0)
                    values[player] += weight * (game[mask | (1 << player)] - game[mask]);
            }
        }

        return values;
    }

    /// <summary>Explains a row of a game of at most <see cref="MostPlayers"/>.</summary>
    public static async ValueTask<Result<RowExplanation>> ExplainAsync(CoalitionGame game, double baseValue, CancellationToken cancel)
    {
        var players = game.Players.Count;
        if ((await game.WholeAsync(cancel)).Failed(out var refused, out var whole))
            return refused;
        if (players == 0)
            return new RowExplanation(baseValue, game.Spread([]), whole);
        var inner = Enumerable.Range(1, (1 << players) - 2).Select(mask => Members(mask, players)).ToList();
        if ((await game.ValuesAsync(inner, cancel)).Failed(out refused, out var values))
            return refused;
        return new RowExplanation(baseValue, game.Spread(Of([baseValue, .. values, whole], players)), whole);
    }

    private static bool[] Members(int mask, int players)
    {
        var members = new bool[players];
        for (var player = 0; player < players; player++)
            members[player] = (mask & (1 << player)) != 0;
        return members;
    }
}
