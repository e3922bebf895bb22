namespace Orrery.Governance;

/// <summary>A leaf, by the way that leads to it.</summary>
/// <param name="Steps">The nodes from the root, and whether each must be true.</param>
/// <param name="Features">The model's columns that those nodes look at, each once; at most 64.</param>
/// <param name="Slots">For each step the place of its feature in <paramref name="Features"/>.</param>
/// <param name="Weights">What it adds, one an output.</param>
internal sealed record TreeLeaf((int Node, bool MustBe)[] Steps, int[] Features, int[] Slots, double[] Weights)
{
    /// <summary>Of the features, those whose steps all go this way for a row, as bits.</summary>
    /// <param name="decisions">One for each node of the ensemble.</param>
    public ulong Open(ReadOnlySpan<bool> decisions)
    {
        var open = Features.Length == 64 ? ulong.MaxValue : (1UL << Features.Length) - 1;
        for (var step = 0; step < Steps.Length; step++)
        {
            if (decisions[Steps[step].Node] != Steps[step].MustBe)
                open &= ~(1UL << Slots[step]);
        }

        return open;
    }
}
