using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Orrery.Contracts;

namespace Orrery.Tracking;

/// <summary>
/// SHA-256 of what a call wrote, for the audit trail: numbers as 8 bytes, little-endian; texts in UTF-8 after their length, which is
/// -1 for none; lists after their count. Cheap, for it is computed for every logged metric. Not thread-safe.
/// </summary>
internal sealed class ContentHash : IDisposable
{
    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(8192);
    private IncrementalHash? _hash;
    private int _used;

    /// <summary>Of metrics (key, time, step, value, model, data set, digest), parameters and tags (key, value).</summary>
    public static byte[] Of(IReadOnlyList<LoggedMetric> metrics, IReadOnlyList<Pair> parameters, IReadOnlyList<Pair> tags)
    {
        using var hash = new ContentHash();
        hash.Add(metrics.Count);
        for (var i = 0; i < metrics.Count; i++)
        {
            var metric = metrics[i];
            hash.Add(metric.Key);
            hash.Add(metric.Point.At);
            hash.Add(metric.Point.Step);
            hash.Add(BitConverter.DoubleToInt64Bits(metric.Point.Value));
            hash.Add(metric.ModelId);
            hash.Add(metric.DatasetName);
            hash.Add(metric.DatasetDigest);
        }

        hash.Add(parameters);
        hash.Add(tags);
        return hash.Finish();
    }

    /// <summary>Of pairs (key, value).</summary>
    public static byte[] Of(IReadOnlyList<Pair> pairs)
    {
        using var hash = new ContentHash();
        hash.Add(pairs);
        return hash.Finish();
    }

    /// <summary>Of data sets (name, digest, source type, source, schema, profile, tags) and models (id, step).</summary>
    public static byte[] Of(IReadOnlyList<RunInput> inputs, IReadOnlyList<RunModel> models)
    {
        using var hash = new ContentHash();
        hash.Add(inputs.Count);
        foreach (var input in inputs)
        {
            hash.Add(input.Name);
            hash.Add(input.Digest);
            hash.Add(input.SourceType);
            hash.Add(input.Source);
            hash.Add(input.Schema);
            hash.Add(input.Profile);
            hash.Add(input.Tags);
        }

        hash.Add(models.Count);
        foreach (var model in models)
        {
            hash.Add(model.ModelId);
            hash.Add(model.Step);
        }

        return hash.Finish();
    }

    /// <summary>Of texts.</summary>
    public static byte[] Of(params ReadOnlySpan<string?> texts)
    {
        using var hash = new ContentHash();
        hash.Add(texts.Length);
        foreach (var text in texts)
            hash.Add(text);
        return hash.Finish();
    }

    /// <summary>Of a run's environment (its JSON).</summary>
    public static byte[] Of(RunEnvironment environment) => StateHash.Of(environment, OrreryJson.TypeOf<RunEnvironment>());

    public void Dispose()
    {
        _hash?.Dispose();
        ArrayPool<byte>.Shared.Return(_buffer);
    }

    private void Add(IReadOnlyList<Pair> pairs)
    {
        Add(pairs.Count);
        for (var i = 0; i < pairs.Count; i++)
        {
            Add(pairs[i].Key);
            Add(pairs[i].Value);
        }
    }

    private void Add(long number)
    {
        BinaryPrimitives.WriteInt64LittleEndian(Room(sizeof(long)), number);
        _used += sizeof(long);
    }

    private void Add(string? text)
    {
        if (text is null)
        {
            Add(-1);
            return;
        }

        var length = Encoding.UTF8.GetByteCount(text);
        Add(length);
        if (length > _buffer.Length)
        {
            AddLong(text, length);
            return;
        }

        // Making room may change how much is used.
        var room = Room(length);
        _used += Encoding.UTF8.GetBytes(text, room);
    }

    private void AddLong(string text, int length)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(length);
        Flush().AppendData(bytes.AsSpan(0, Encoding.UTF8.GetBytes(text, bytes)));
        ArrayPool<byte>.Shared.Return(bytes);
    }

    private Span<byte> Room(int length)
    {
        if (_used + length > _buffer.Length)
            Flush();
        return _buffer.AsSpan(_used);
    }

    private IncrementalHash Flush()
    {
        _hash ??= IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        _hash.AppendData(_buffer.AsSpan(0, _used));
        _used = 0;
        return _hash;
    }

    private byte[] Finish() => _hash is null ? SHA256.HashData(_buffer.AsSpan(0, _used)) : Flush().GetHashAndReset();
}
