using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Orrery.Tracking;

/// <summary>
/// The stored form of points that were logged together. Of one metric: a version byte (1), then per point 24 bytes,
/// little-endian: time (Unix milliseconds, int64), step (int64), value (IEEE 754 bits). Of several metrics (a mixed segment):
/// a version byte (2), then per point the length of its key in UTF-8 (uint16), the key, and the 24 bytes. A history is the
/// union of its segments and of its points in the mixed ones: duplicates, which a client's retry makes, are dropped when it
/// is read.
/// </summary>
internal static class MetricSegment
{
    private const byte Version = 1;
    private const byte MixedVersion = 2;
    private const int PointSize = 24;

    public static byte[] Encode(ReadOnlySpan<MetricPoint> points)
    {
        var bytes = new byte[1 + points.Length * PointSize];
        bytes[0] = Version;
        var at = bytes.AsSpan(1);
        foreach (var point in points)
        {
            Write(at, point);
            at = at[PointSize..];
        }

        return bytes;
    }

    public static byte[] EncodeMixed(IReadOnlyList<LoggedMetric> metrics)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(1 + metrics.Count * (2 + Encoding.UTF8.GetMaxByteCount(Names.MaxKey) + PointSize));
        try
        {
            bytes[0] = MixedVersion;
            var at = 1;
            foreach (var metric in metrics)
            {
                var length = Encoding.UTF8.GetBytes(metric.Key, bytes.AsSpan(at + 2));
                BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(at), (ushort)length);
                at += 2 + length;
                Write(bytes.AsSpan(at), metric.Point);
                at += PointSize;
            }

            return bytes.AsSpan(0, at).ToArray();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    /// <exception cref="InvalidDataException">Not a segment of this version.</exception>
    public static void Decode(ReadOnlySpan<byte> segment, List<MetricPoint> into)
    {
        if (segment.Length == 0 || segment[0] != Version || (segment.Length - 1) % PointSize != 0)
            throw new InvalidDataException($"A metric segment of {segment.Length} bytes is not of version {Version}.");
        for (var at = segment[1..]; at.Length > 0; at = at[PointSize..])
            into.Add(Read(at));
    }

    /// <summary>The points of one key in a segment of either kind.</summary>
    /// <param name="segment">As it is stored.</param>
    /// <param name="key">In UTF-8.</param>
    /// <param name="into">Gets them.</param>
    /// <exception cref="InvalidDataException">Not a segment of a known version.</exception>
    public static void Decode(ReadOnlySpan<byte> segment, ReadOnlySpan<byte> key, List<MetricPoint> into)
    {
        if (segment.Length == 0 || segment[0] != MixedVersion)
        {
            Decode(segment, into);
            return;
        }

        for (var at = segment[1..]; at.Length > 0;)
        {
            var length = BinaryPrimitives.ReadUInt16LittleEndian(at);
            if (at.Slice(2, length).SequenceEqual(key))
                into.Add(Read(at[(2 + length)..]));
            at = at[(2 + length + PointSize)..];
        }
    }

    /// <summary>All points of a mixed segment, by key.</summary>
    public static void DecodeMixed(ReadOnlySpan<byte> segment, Dictionary<string, List<MetricPoint>> into)
    {
        for (var at = segment[1..]; at.Length > 0;)
        {
            var length = BinaryPrimitives.ReadUInt16LittleEndian(at);
            var key = Encoding.UTF8.GetString(at.Slice(2, length));
            if (!into.TryGetValue(key, out var points))
                into.Add(key, points = []);
            points.Add(Read(at[(2 + length)..]));
            at = at[(2 + length + PointSize)..];
        }
    }

    /// <summary>Whether bytes from elsewhere are a segment that can be read: a mixed one, or one of a single metric.</summary>
    public static bool IsValid(ReadOnlySpan<byte> segment, bool mixed)
    {
        if (segment.Length == 0 || segment[0] != (mixed ? MixedVersion : Version))
            return false;
        if (!mixed)
            return (segment.Length - 1) % PointSize == 0;
        var at = segment[1..];
        while (at.Length >= 2)
        {
            var point = 2 + BinaryPrimitives.ReadUInt16LittleEndian(at) + PointSize;
            if (point > at.Length)
                return false;
            at = at[point..];
        }

        return at.Length == 0;
    }

    /// <summary>Brings points into history order and drops duplicates, in place.</summary>
    public static void Normalize(List<MetricPoint> points)
    {
        var sorted = true;
        var distinct = true;
        for (var i = 1; i < points.Count && sorted; i++)
        {
            var order = points[i - 1].CompareTo(points[i]);
            sorted = order <= 0;
            distinct &= order != 0;
        }

        if (sorted && distinct)
            return;
        points.Sort();
        var kept = 0;
        for (var i = 0; i < points.Count; i++)
        {
            if (kept == 0 || points[kept - 1].CompareTo(points[i]) != 0)
                points[kept++] = points[i];
        }

        points.RemoveRange(kept, points.Count - kept);
    }

    private static void Write(Span<byte> to, MetricPoint point)
    {
        BinaryPrimitives.WriteInt64LittleEndian(to, point.At);
        BinaryPrimitives.WriteInt64LittleEndian(to[8..], point.Step);
        BinaryPrimitives.WriteInt64LittleEndian(to[16..], BitConverter.DoubleToInt64Bits(point.Value));
    }

    private static MetricPoint Read(ReadOnlySpan<byte> from) => new(
        BinaryPrimitives.ReadInt64LittleEndian(from),
        BinaryPrimitives.ReadInt64LittleEndian(from[8..]),
        BitConverter.Int64BitsToDouble(BinaryPrimitives.ReadInt64LittleEndian(from[16..])));
}
