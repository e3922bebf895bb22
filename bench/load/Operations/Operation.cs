namespace Orrery.Load;

/// <summary>Sends the request number <paramref name="index"/> of an operation.</summary>
internal delegate Answer Exchange(Connection connection, long index);

/// <summary>One kind of request that is measured.</summary>
/// <param name="Name">As in MLflow's figures where it has one.</param>
/// <param name="Exchange">Sends one.</param>
internal sealed record Operation(string Name, Exchange Exchange)
{
    private long _next = -1;

    /// <summary>Exactly so many requests, without warming up, once; null: as many as fit in the time.</summary>
    public int? Count { get; init; }

    /// <summary>Numbers rise over warming up and all measurements, so that names and time stamps are used once.</summary>
    public long Next() => Interlocked.Increment(ref _next);
}
