using System.Text;

namespace Orrery.Governance;

/// <summary>Reads a stream byte by byte, up to a limit, whatever lengths the content claims.</summary>
internal sealed class ByteReader(Stream stream, long limit)
{
    private readonly byte[] _buffer = new byte[1 << 16];
    private int _at;
    private int _end;
    private long _before;

    /// <summary>Bytes taken so far.</summary>
    public long Position => _before + _at;

    /// <summary>Whether nothing is left.</summary>
    public bool IsAtEnd => _at == _end && !Fill();

    /// <summary>The next byte without taking it; -1 at the end.</summary>
    public int Peek() => IsAtEnd ? -1 : _buffer[_at];

    /// <exception cref="EndOfStreamException">Nothing is left.</exception>
    public byte Byte() => IsAtEnd ? throw new EndOfStreamException() : _buffer[_at++];

    /// <summary>A little-endian number of so many bytes.</summary>
    public ulong Whole(int bytes)
    {
        var value = 0UL;
        for (var i = 0; i < bytes; i++)
            value |= (ulong)Byte() << (8 * i);
        return value;
    }

    /// <summary>Passes over bytes.</summary>
    /// <exception cref="EndOfStreamException">There are fewer.</exception>
    public void Skip(ulong count)
    {
        while (count > 0)
        {
            if (IsAtEnd)
                throw new EndOfStreamException();
            var step = (int)Math.Min(count, (ulong)(_end - _at));
            _at += step;
            count -= (ulong)step;
        }
    }

    /// <summary>Takes bytes; the array grows with what is there, not with what is claimed.</summary>
    /// <exception cref="EndOfStreamException">There are fewer.</exception>
    public byte[] Take(long count)
    {
        var taken = new MemoryStream();
        while (taken.Length < count)
        {
            if (IsAtEnd)
                throw new EndOfStreamException();
            var step = (int)Math.Min(count - taken.Length, _end - _at);
            taken.Write(_buffer, _at, step);
            _at += step;
        }

        return taken.ToArray();
    }

    /// <summary>Up to the next newline, which is passed over.</summary>
    /// <exception cref="EndOfStreamException">There is none.</exception>
    /// <exception cref="InvalidDataException">It is longer than <paramref name="most"/> bytes.</exception>
    public byte[] Line(int most)
    {
        var line = new List<byte>();
        for (byte next; (next = Byte()) != (byte)'\n';)
        {
            if (line.Count == most)
                throw new InvalidDataException($"A line is longer than {most} bytes.");
            line.Add(next);
        }

        return [.. line];
    }

    /// <summary>A line as Latin-1, which keeps each byte.</summary>
    public string LatinLine(int most) => Encoding.Latin1.GetString(Line(most));

    private bool Fill()
    {
        _before += _end;
        _at = 0;
        _end = stream.Read(_buffer);
        if (_before + _end > limit)
            throw new ScanLimitException($"It has more than {limit >> 20} MiB when it is unpacked.");
        return _end > 0;
    }
}
