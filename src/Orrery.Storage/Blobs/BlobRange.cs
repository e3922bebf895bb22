using System.Globalization;

namespace Orrery.Storage;

/// <summary>A part of a blob, as in an HTTP Range header (RFC 9110, 14.1.2).</summary>
public readonly record struct BlobRange
{
    private readonly long? _first;
    private readonly long? _count;

    private BlobRange(long? first, long? count)
    {
        _first = first;
        _count = count;
    }

    /// <summary><paramref name="count"/> bytes from <paramref name="offset"/>, fewer at the blob's end; null: all of the rest.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The offset is negative or the count not positive.</exception>
    public static BlobRange From(long offset, long? count = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        if (count is { } number)
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(number, nameof(count));
        return new(offset, count);
    }

    /// <summary>The last <paramref name="count"/> bytes, or all when there are fewer.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative.</exception>
    public static BlobRange Last(long count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return new(null, count);
    }

    /// <summary>Offset and count within a blob of <paramref name="total"/> bytes; null when no byte of it is in the range.</summary>
    internal (long Offset, long Count)? Within(long total)
    {
        if (_first is not { } first)
        {
            var last = Math.Min(_count ?? total, total);
            return last == 0 ? null : (total - last, last);
        }

        return first >= total ? null : (first, Math.Min(_count ?? total, total - first));
    }

    /// <summary>The value of a Range header.</summary>
    internal string ToHttp() => _first switch
    {
        null => string.Create(CultureInfo.InvariantCulture, $"bytes=-{_count}"),
        { } first when _count is { } count && count <= long.MaxValue - first =>
            string.Create(CultureInfo.InvariantCulture, $"bytes={first}-{first + count - 1}"),
        { } first => string.Create(CultureInfo.InvariantCulture, $"bytes={first}-"),
    };
}
