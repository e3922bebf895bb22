namespace Orrery.Serving;

/// <summary>
/// Leaves an endpoint alone that fails: open when the share of failures in a sliding window is too large, then half open for one try at a time, whose success
/// closes it (Nygard, "Release It!", the circuit breaker).
/// </summary>
internal sealed class RemoteCircuit(RemoteOptions options, TimeProvider time)
{
    private const int Buckets = 10;

    private readonly Lock _lock = new();
    private readonly long _bucket = Math.Max(1, options.CircuitWindowSeconds * time.TimestampFrequency / Buckets);
    private readonly TimeSpan _rest = TimeSpan.FromSeconds(options.CircuitOpenSeconds);
    private readonly (long Number, int Tries, int Failures)[] _window = new (long, int, int)[Buckets];
    private CircuitState _state;
    private long _turn;
    private long _openedAt;
    private bool _isTried;

    /// <summary>Whether the endpoint is asked. An open circuit whose time is over stays open until somebody asks.</summary>
    public CircuitState State
    {
        get
        {
            lock (_lock)
                return _state;
        }
    }

    /// <summary>Leave to try; each that was given is followed by <see cref="Ended"/>.</summary>
    /// <param name="pass">The leave.</param>
    /// <param name="wait">Without leave: when to ask again.</param>
    public bool TryEnter(out CircuitPass pass, out TimeSpan wait)
    {
        lock (_lock)
        {
            wait = TimeSpan.Zero;
            if (_state is CircuitState.Open)
            {
                wait = _rest - time.GetElapsedTime(_openedAt);
                if (wait <= TimeSpan.Zero)
                    Turn(CircuitState.HalfOpen);
            }
            else if (_state is CircuitState.HalfOpen && _isTried)
            {
                wait = TimeSpan.FromSeconds(1);
            }

            pass = new(_turn);
            if (wait > TimeSpan.Zero)
                return false;
            _isTried = _state is CircuitState.HalfOpen;
            wait = TimeSpan.Zero;
            return true;
        }
    }

    /// <summary>A try ended.</summary>
    /// <param name="pass">Its leave.</param>
    /// <param name="failed">Null when it says nothing of the endpoint.</param>
    /// <returns>The state when it changed by this; else null.</returns>
    public CircuitState? Ended(CircuitPass pass, bool? failed)
    {
        lock (_lock)
        {
            if (pass.Turn != _turn)
                return null;
            if (_state is CircuitState.HalfOpen)
            {
                _isTried = false;
                return failed is { } again ? Turn(again ? CircuitState.Open : CircuitState.Closed) : null;
            }

            return failed is { } isFailure && Count(isFailure) ? Turn(CircuitState.Open) : null;
        }
    }

    // Whether there are too many failures.
    private bool Count(bool isFailure)
    {
        var number = time.GetTimestamp() / _bucket;
        ref var now = ref _window[number % Buckets];
        if (now.Number != number)
            now = (number, 0, 0);
        now.Tries++;
        now.Failures += isFailure ? 1 : 0;
        var (tries, failures) = (0L, 0L);
        foreach (var bucket in _window)
        {
            if (bucket.Number <= number - Buckets)
                continue;
            tries += bucket.Tries;
            failures += bucket.Failures;
        }

        return isFailure && tries >= options.CircuitTries && failures * 100 >= tries * options.CircuitPercent;
    }

    private CircuitState Turn(CircuitState next)
    {
        (_state, _isTried) = (next, false);
        _turn++;
        if (next is CircuitState.Open)
            _openedAt = time.GetTimestamp();
        if (next is CircuitState.Closed)
            Array.Clear(_window);
        return next;
    }
}
