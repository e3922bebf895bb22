namespace Orrery.Governance;

/// <summary>
/// Coalitions and their weights for KernelSHAP (Lundberg and Lee 2017), with paired sampling (Covert and Lee 2021): sizes are enumerated from the outside, small
/// and large together, as long as the samples last; of the sizes between, coalitions are drawn, each with its complement.
/// </summary>
/// <param name="Members">Neither empty nor whole.</param>
/// <param name="Weights">One each; their sum is 1.</param>
/// <param name="IsComplete">True when all coalitions are there: then the values are exact.</param>
internal sealed record KernelCoalitions(IReadOnlyList<bool[]> Members, IReadOnlyList<double> Weights, bool IsComplete)
{
    /// <summary>Chooses coalitions.</summary>
    /// <param name="players">2 or more.</param>
    /// <param name="samples">About how many; those of one and of all but one are there in any case.</param>
    /// <param name="random">Draws.</param>
    public static KernelCoalitions Choose(int players, int samples, Random random)
    {
        var (members, weights) = (new List<bool[]>(), new List<double>());
        var sizes = SizeWeights(players);
        var left = Math.Max(samples, 2 * players);
        var isAll = players < 31 && left >= (1 << players) - 2;
        var size = 1;
        for (; size < sizes.Length; size++)
        {
            var count = ShapleyWeights.Choose(players, size) * (IsPaired(size, players) ? 2 : 1);
            if (!isAll && size > 1 && count > left * sizes[size] / sizes[size..].Sum())
                break;
            Enumerate(players, size, sizes[size] / count, members, weights);
            left -= (int)count;
        }

        if (size < sizes.Length)
            Draw(players, size, sizes, Math.Max(left, 2), random, members, weights);
        var total = weights.Sum();
        return new(members, [.. weights.Select(weight => weight / total)], size == sizes.Length);
    }

    // The weight of all coalitions of a size and of its complements' size: (M-1) / (s (M-s)), twice when they are two.
    private static double[] SizeWeights(int players)
    {
        var weights = new double[(players / 2) + 1];
        for (var size = 1; size < weights.Length; size++)
            weights[size] = (players - 1.0) / (size * (players - size)) * (IsPaired(size, players) ? 2 : 1);
        return weights;
    }

    private static bool IsPaired(int size, int players) => 2 * size != players;

    private static void Enumerate(int players, int size, double weight, List<bool[]> members, List<double> weights)
    {
        var chosen = Enumerable.Range(0, size).ToArray();
        while (true)
        {
            var coalition = new bool[players];
            foreach (var player in chosen)
                coalition[player] = true;
            members.Add(coalition);
            weights.Add(weight);
            if (IsPaired(size, players))
            {
                members.Add(Complement(coalition));
                weights.Add(weight);
            }

            var place = size - 1;
            while (place >= 0 && chosen[place] == players - size + place)
                place--;
            if (place < 0)
                return;
            chosen[place]++;
            for (var next = place + 1; next < size; next++)
                chosen[next] = chosen[next - 1] + 1;
        }
    }

    // What is left of the weight goes to the drawn ones, by how often each was drawn.
    private static void Draw(int players, int first, double[] sizes, int samples, Random random, List<bool[]> members, List<double> weights)
    {
        var rest = sizes[first..].Sum();
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        var counts = new List<(bool[] Coalition, int Count)>();
        var order = Enumerable.Range(0, players).ToArray();
        for (var draw = 0; draw < 4 * samples && 2 * counts.Count < samples; draw++)
        {
            random.Shuffle(order);
            var coalition = new bool[players];
            foreach (var player in order.AsSpan(0, Size(first, sizes, rest, random)))
                coalition[player] = true;
            if (!coalition[0])
                coalition = Complement(coalition);
            var key = string.Create(players, coalition, static (text, members) =>
            {
                for (var index = 0; index < text.Length; index++)
                    text[index] = members[index] ? '1' : '0';
            });
            if (seen.TryGetValue(key, out var place))
            {
                counts[place] = (counts[place].Coalition, counts[place].Count + 1);
                continue;
            }

            seen.Add(key, counts.Count);
            counts.Add((coalition, 1));
        }

        var drawn = counts.Sum(static one => one.Count);
        foreach (var (coalition, count) in counts)
        {
            members.Add(coalition);
            members.Add(Complement(coalition));
            weights.Add(rest * count / drawn / 2);
            weights.Add(rest * count / drawn / 2);
        }
    }

    private static int Size(int first, double[] sizes, double rest, Random random)
    {
        var place = random.NextDouble() * rest;
        for (var size = first; size < sizes.Length; size++)
        {
            place -= sizes[size];
            if (place < 0)
                return size;
        }

        return sizes.Length - 1;
    }

    private static bool[] Complement(bool[] coalition) => Array.ConvertAll(coalition, static isIn => !isIn);
}
