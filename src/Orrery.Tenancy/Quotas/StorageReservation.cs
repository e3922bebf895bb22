using Orrery.Kernel;

namespace Orrery.Tenancy;

/// <summary>Bytes that an upload under way may store. Given back when it is disposed, unless they were stored.</summary>
public sealed class StorageReservation : IDisposable
{
    internal static readonly StorageReservation Unlimited = new(null, null, null);

    private readonly StoredTally? _tally;
    private readonly Func<long, long, Failure?>? _refuse;
    private readonly Action? _refused;
    private long _held;

    internal StorageReservation(StoredTally? tally, Func<long, long, Failure?>? refuse, Action? refused)
    {
        _tally = tally;
        _refuse = refuse;
        _refused = refused;
    }

    /// <summary>Holds so many bytes in all; nothing happens when it holds them already.</summary>
    /// <returns><c>tenancy.quota_exceeded</c>.</returns>
    public Result<Done> Hold(long bytes)
    {
        if (_tally is null || _refuse is null || bytes <= _held)
            return Done.Ok;
        if (_tally.Reserve(bytes - _held, used => _refuse(used - _held, bytes)) is { } full)
        {
            _refused!();
            return full;
        }

        _held = bytes;
        return Done.Ok;
    }

    /// <summary>They are stored: what is used has grown by so much, or with a negative number shrunk.</summary>
    public void Settle(long growth)
    {
        _tally?.Settle(_held, growth);
        _held = 0;
    }

    /// <summary>A stream whose bytes are held as they are read; one that the quota does not allow ends it with <see cref="QuotaExceededException"/>.</summary>
    public Stream Meter(Stream content) => _refuse is null ? content : new MeteredStream(content, this);

    /// <inheritdoc/>
    public void Dispose() => Settle(0);
}

/// <summary>Carries a refusal out of the reading of a body.</summary>
public sealed class QuotaExceededException : Exception
{
    internal QuotaExceededException(Failure failure)
        : base(failure.Message) => Failure = failure;

    /// <summary><c>tenancy.quota_exceeded</c>.</summary>
    public Failure Failure { get; }
}
