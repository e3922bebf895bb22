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
