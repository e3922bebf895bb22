namespace Orrery.Governance;

/// <summary>What comes out of a compression, broken off when it is far more than went in.</summary>
internal sealed class PackedStream(Stream unpacked, long packed) : Stream
{
    private long _count;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _count;
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        var read = unpacked.Read(buffer);
        _count += read;
        if (_count > ScanLimits.FreeBytes && _count / Math.Max(1, packed) > ScanLimits.Ratio)
            throw new ScanLimitException($"It unpacks to more than {ScanLimits.Ratio} times its size: a bomb.");
        return _count > ScanLimits.Bytes ? throw new ScanLimitException($"It unpacks to more than {ScanLimits.Bytes >> 30} GiB.") : read;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            unpacked.Dispose();
        base.Dispose(disposing);
    }
}
