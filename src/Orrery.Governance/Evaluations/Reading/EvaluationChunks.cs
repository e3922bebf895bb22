using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Orrery.Native;

namespace Orrery.Governance;

/// <summary>Takes chunk after chunk from the engine: keeps truth, weights and slices, hashes all values in their order, and hands the features on. Thread-safe.</summary>
internal sealed class EvaluationChunks(IReadOnlyList<(string Name, bool IsText)> inputs, IReadOnlyList<List<string>> slices, bool isRegression, bool isWeighted, int rows)
{
    private readonly Lock _lock = new();
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Rows that were read.</summary>
    public int Rows { get; private set; }

    public int[] Truth { get; } = new int[isRegression ? 0 : rows];

    public double[] Target { get; } = new double[isRegression ? rows : 0];

    public double[]? Weights { get; } = isWeighted ? new double[rows] : null;

    public IReadOnlyList<int[]> Slices { get; } = [.. slices.Select(_ => new int[rows])];

    /// <summary>Reads the next chunk; false when there is none.</summary>
    public bool Next(DuckReader reader, ChunkBuffer buffer)
    {
        lock (_lock)
        {
            if (!reader.Read())
                return false;
            if (Rows + reader.Rows > rows)
                throw new InvalidDataException($"More than {rows} rows were read: the data changed meanwhile.");
            (buffer.First, buffer.Count) = (Rows, reader.Rows);
            Rows += reader.Rows;
            var column = 0;
            Label(reader, buffer, column++);
            if (Weights is not null)
                Numbers(reader.Column(column++), Weights.AsSpan(buffer.First, buffer.Count));
            for (var input = 0; input < inputs.Count; input++, column++)
            {
                if (inputs[input].IsText)
                    Texts(reader.Column(column), buffer.Texts(input), buffer.Count);
                else
                    Numbers(reader.Column(column), buffer.Numbers(input).AsSpan(0, buffer.Count));
            }

            foreach (var (codes, values) in Slices.Zip(slices))
                Codes(reader.Column(column++), codes.AsSpan(buffer.First, buffer.Count), values.Count);
            return true;
        }
    }

    /// <summary>SHA-256 of the values.</summary>
    public string Hash()
    {
        foreach (var name in inputs.Select(static input => input.Name).Concat(slices.SelectMany(static values => values)))
            _hash.AppendData(Encoding.UTF8.GetBytes(name + "\n"));
        return Convert.ToHexStringLower(_hash.GetHashAndReset());
    }

    private void Label(DuckReader reader, ChunkBuffer buffer, int column)
    {
        if (isRegression)
        {
            Numbers(reader.Column(column), Target.AsSpan(buffer.First, buffer.Count));
            return;
        }

        var target = Truth.AsSpan(buffer.First, buffer.Count);
        reader.Column(column).Values<int>().CopyTo(target);
        for (var row = 0; row < target.Length; row++)
            target[row]--;
        _hash.AppendData(MemoryMarshal.AsBytes(target));
    }

    private void Numbers(DuckVector vector, Span<double> target)
    {
        vector.Values<double>().CopyTo(target);
        for (var row = 0; vector.MayHaveNulls && row < target.Length; row++)
        {
            if (vector.IsNull(row))
                target[row] = double.NaN;
        }

        _hash.AppendData(MemoryMarshal.AsBytes(target));
    }

    private void Texts(DuckVector vector, string?[] target, int count)
    {
        for (var row = 0; row < count; row++)
        {
            var bytes = vector.Utf8(row);
            target[row] = Encoding.UTF8.GetString(bytes);
            _hash.AppendData(bytes);
            _hash.AppendData([0]);
        }
    }

    // From 1 in their order; the last two are what is none of them, and what is missing. Bins have no others.
    private void Codes(DuckVector vector, Span<int> target, int count)
    {
        var values = vector.Values<int>();
        for (var row = 0; row < target.Length; row++)
            target[row] = vector.IsNull(row) ? count - 1 : values[row] == 0 ? count - 2 : values[row] - 1;
        _hash.AppendData(MemoryMarshal.AsBytes(target));
    }
}
