using System.Buffers.Binary;

namespace Orrery.Tracking;

/// <summary>
/// The stored form of consecutive points of one metric: a version byte (1), then per point 24 bytes, little-endian: time
/// (Unix milliseconds, int64), step (int64), value (IEEE 754 bits). A history is the union of its segments: duplicates, which
/// a client's retry makes, are dropped when it is read.
/// </summary>
internal static class MetricSegment
{
    private const byte Version = 1;
    private const int PointSize = 24;

    public static byte[] Encode(ReadOnlySpan<MetricPoint> points)
    {
        var bytes = new byte[1 + points.Length * PointSize];
        bytes[0] = Version;
        var at = bytes.AsSpan(1);
        foreach (var point in points)
        {
            BinaryPrimitives.WriteInt64LittleEndian(at, point.At);
            BinaryPrimitives.WriteInt64LittleEndian(at[8..], point.Step);
            BinaryPrimitives.WriteInt64LittleEndian(at[16..], BitConverter.DoubleToInt64Bits(point.Value));
            at = at[PointSize..];
        }

        return bytes;
    }

    /// <exception cref="InvalidDataException">Not a segment of this version.</exception>
    public static void Decode(ReadOnlySpan<byte> segment, List<MetricPoint> into)
    {
        if (segment.Length == 0 || segment[0] != Version || (segment.Length - 1) % PointSize != 0)
            throw new InvalidDataException($"A metric segment of {segment.Length} bytes is not of version {Version}.");
        for (var at = segment[1..]; at.Length > 0; at = at[PointSize..])
        {
            into.Add(new(
                BinaryPrimitives.ReadInt64LittleEndian(at),
                BinaryPrimitives.ReadInt64LittleEndian(at[8..]),
                BitConverter.Int64BitsToDouble(BinaryPrimitives.ReadInt64LittleEndian(at[16..]))));
        }
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
}
