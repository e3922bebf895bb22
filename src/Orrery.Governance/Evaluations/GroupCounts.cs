using Orrery.Statistics;

namespace Orrery.Governance;

/// <summary>Rows of a group by what they are and what was predicted.</summary>
internal sealed class GroupCounts
{
    private readonly ScoreSide[] _cells = new ScoreSide[4];
    private readonly long[] _rows = new long[4];

    /// <summary>Rows.</summary>
    public int Rows => (int)_rows.Sum();

    /// <summary>Positives.</summary>
    public int Positives => (int)(_rows[0] + _rows[2]);

    /// <summary>Rows predicted positive.</summary>
    public long Selected => _rows[0] + _rows[1];

    /// <summary>Weights.</summary>
    public BinaryCounts Counts => new(_cells[0].Weight, _cells[1].Weight, _cells[2].Weight, _cells[3].Weight);

    /// <summary>Whether rows count differently.</summary>
    public bool IsWeighted => Enumerable.Range(0, 4).Any(cell => _cells[cell].Weight != _rows[cell] || _cells[cell].Squares != _rows[cell]);

    /// <summary>The weighted selection rate with the variance of its linear approximation.</summary>
    public (double Share, double Variance) WeightedSelection
    {
        get
        {
            var (share, all) = (Counts.SelectionRate, Counts.All);
            var (selected, others) = (_cells[0].Squares + _cells[1].Squares, _cells[2].Squares + _cells[3].Squares);
            return (share, ((selected * (1 - share) * (1 - share)) + (others * share * share)) / (all * all));
        }
    }

    /// <summary>Rows of equal weight that would say as much (Kish).</summary>
    public double Effective => _cells.Sum(static cell => cell.Squares) is > 0 and var squares ? Counts.All * Counts.All / squares : 0;

    public void Add(bool isPositive, bool isPredicted, double weight)
    {
        var cell = (isPredicted ? 0 : 2) + (isPositive == isPredicted ? 0 : 1);
        // True positive 0, false positive 1, false negative 2, true negative 3.
        cell = cell switch { 2 => 3, 3 => 2, _ => cell };
        _cells[cell] = _cells[cell].With(weight, 0, 0);
        _rows[cell]++;
    }

    /// <summary>ResampleDraws its rows anew.</summary>
    public BinaryCounts Draw(ResampleDraws draws) => new(Draw(draws, _cells[0]), Draw(draws, _cells[1]), Draw(draws, _cells[2]), Draw(draws, _cells[3]));

    private static double Draw(ResampleDraws draws, ScoreSide cell) => cell.Effective is > 0 and var effective ? cell.Weight * draws.Poisson(effective) / effective : 0;
}
