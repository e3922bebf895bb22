using Orrery.Native;
using Orrery.Serving;

namespace Orrery.Governance;

/// <summary>Features of a chunk of rows, for one thread.</summary>
internal sealed class ChunkBuffer(IReadOnlyList<(string Name, bool IsText)> inputs)
{
    private readonly double[]?[] _numbers = [.. inputs.Select(static input => input.IsText ? null : new double[DuckReader.MaxRows])];
    private readonly string?[]?[] _texts = [.. inputs.Select(static input => input.IsText ? new string?[DuckReader.MaxRows] : null)];

    /// <summary>Place of the first row among all.</summary>
    public int First { get; set; }

    public int Count { get; set; }

    public double[] Numbers(int input) => _numbers[input]!;

    public string?[] Texts(int input) => _texts[input]!;

    /// <summary>The rows as a version takes them.</summary>
    /// <param name="version">Whose inputs.</param>
    /// <param name="source">The data's column of a model's.</param>
    public ScoreRows Rows(ScoredVersion version, Func<string, string> source)
    {
        var rows = new ScoreRows(Count);
        foreach (var wanted in version.Inputs)
        {
            var input = inputs.ToList().IndexOf((source(wanted.Name), wanted.IsText));
            if (wanted.IsText)
                rows.Set(wanted.Name, Texts(input));
            else
                rows.Set(wanted.Name, Numbers(input));
        }

        return rows;
    }
}
