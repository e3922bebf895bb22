namespace Orrery.Serving;

/// <summary>What a model's predictions have taken on this server since it was read last. Adding takes no lock and allocates nothing.</summary>
internal sealed class ModelUse
{
    private long _rows;
    private long _ticks;

    /// <summary>A request was inferred.</summary>
    /// <param name="rows">Predicted, of those that are answered; 0 for a shadow, whose answer nobody gets.</param>
    /// <param name="inferring">How long it took the model.</param>
    public void Add(long rows, TimeSpan inferring)
    {
        Interlocked.Add(ref _rows, rows);
        Interlocked.Add(ref _ticks, inferring.Ticks);
    }

    /// <summary>Reads and begins anew.</summary>
    public (long Rows, TimeSpan Inferring) Take() => (Interlocked.Exchange(ref _rows, 0), TimeSpan.FromTicks(Interlocked.Exchange(ref _ticks, 0)));
}
