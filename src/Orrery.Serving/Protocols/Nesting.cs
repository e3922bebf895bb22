using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Orrery.Serving;

/// <summary>The shape that nested lists turn out to have.</summary>
internal struct Nesting
{
    private Room _sizes;
    private int _known;
    private int _rank;

    /// <summary>Nothing is known.</summary>
    public static Nesting Unknown => new() { _rank = -1 };

    /// <summary>The sizes, outermost first.</summary>
    [UnscopedRef]
    public readonly ReadOnlySpan<long> Sizes => ((ReadOnlySpan<long>)_sizes)[..Math.Max(_rank, Highest)];

    private readonly int Highest
    {
        get
        {
            var highest = 0;
            for (var level = 0; level < Tensor.LargestRank; level++)
            {
                if ((_known & (1 << level)) != 0)
                    highest = level + 1;
            }

            return highest;
        }
    }

    /// <summary>Whether elements may lie at this depth; the first says so for all.</summary>
    public bool EndsAt(int level)
    {
        if (_rank < 0)
            _rank = level;
        return _rank == level;
    }

    /// <summary>Whether a list at this depth may have this length; the first says so for all.</summary>
    public bool Has(int level, long length)
    {
        if (level >= Tensor.LargestRank)
            throw new TensorException($"Lists are nested deeper than {Tensor.LargestRank}.");
        if ((_known & (1 << level)) == 0)
        {
            _known |= 1 << level;
            _sizes[level] = length;
        }

        return _sizes[level] == length;
    }

    [InlineArray(Tensor.LargestRank)]
    private struct Room
    {
        private long _first;
    }
}
