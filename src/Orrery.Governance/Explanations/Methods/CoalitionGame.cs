using Orrery.Kernel;

namespace Orrery.Governance;

/// <summary>
/// The game that a row plays against a background: v(S) is the mean over the background of what the model says when the columns of S are the row's and the
/// others the background's (interventional values).
/// </summary>
internal sealed class CoalitionGame
{
    private const int BatchRows = 8192;

    private readonly RowScoring _score;
    private readonly FeatureMatrix _background;
    private readonly double[] _row;

    /// <param name="score">The model.</param>
    /// <param name="background">1 row or more.</param>
    /// <param name="row">That is explained.</param>
    public CoalitionGame(RowScoring score, FeatureMatrix background, ReadOnlySpan<double> row)
    {
        (_score, _background, _row) = (score, background, row.ToArray());
        Players = [.. Enumerable.Range(0, background.Columns).Where(Differs)];
    }

    /// <summary>Columns in which the row differs from some of the background; the others have no part in it: their value is exactly 0.</summary>
    public IReadOnlyList<int> Players { get; }

    /// <summary>What the model says of the row.</summary>
    public async ValueTask<Result<double>> WholeAsync(CancellationToken cancel) =>
        (await _score(FeatureMatrix.Of(_row), cancel)).Then<double>(static values => values[0]);

    /// <summary>What the model says of the background on average.</summary>
    public static async ValueTask<Result<double>> BaseAsync(RowScoring score, FeatureMatrix background, CancellationToken cancel) =>
        (await score(background, cancel)).Then<double>(static values => values.Average());

    /// <summary>Values of coalitions, each a truth value for each of <see cref="Players"/>.</summary>
    public async ValueTask<Result<double[]>> ValuesAsync(IReadOnlyList<bool[]> coalitions, CancellationToken cancel)
    {
        var values = new double[coalitions.Count];
        var atOnce = Math.Max(1, BatchRows / _background.Rows);
        for (var first = 0; first < coalitions.Count; first += atOnce)
        {
            cancel.ThrowIfCancellationRequested();
            var count = Math.Min(atOnce, coalitions.Count - first);
            if ((await _score(Mixed(coalitions, first, count), cancel)).Failed(out var refused, out var scores))
                return refused;
            for (var index = 0; index < count; index++)
                values[first + index] = Mean(scores.AsSpan(index * _background.Rows, _background.Rows));
        }

        return values;
    }

    /// <summary>The players' values as those of all columns.</summary>
    public double[] Spread(ReadOnlySpan<double> ofPlayers)
    {
        var values = new double[_background.Columns];
        for (var index = 0; index < Players.Count; index++)
            values[Players[index]] = ofPlayers[index];
        return values;
    }

    private FeatureMatrix Mixed(IReadOnlyList<bool[]> coalitions, int first, int count)
    {
        var rows = new FeatureMatrix(count * _background.Rows, _background.Columns);
        for (var index = 0; index < count; index++)
        {
            var members = coalitions[first + index];
            for (var other = 0; other < _background.Rows; other++)
            {
                var target = rows.Row((index * _background.Rows) + other);
                _background.Row(other).CopyTo(target);
                for (var player = 0; player < members.Length; player++)
                {
                    if (members[player])
                        target[Players[player]] = _row[Players[player]];
                }
            }
        }

        return rows;
    }

    private bool Differs(int column)
    {
        for (var other = 0; other < _background.Rows; other++)
        {
            if (!_background[other, column].Equals(_row[column]))
                return true;
        }

        return false;
    }

    private static double Mean(ReadOnlySpan<double> values)
    {
        var sum = 0.0;
        foreach (var value in values)
            sum += value;
        return sum / values.Length;
    }
}
