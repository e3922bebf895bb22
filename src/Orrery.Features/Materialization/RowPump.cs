using Orrery.Kernel;
using Orrery.Native;

namespace Orrery.Features;

/// <summary>What a pump moved.</summary>
/// <param name="Read">Rows that came.</param>
/// <param name="Written">Rows that the online store took; it had newer ones for the others.</param>
/// <param name="Newest">Greatest event time; null when no row came.</param>
internal readonly record struct Pumped(long Read, long Written, long? Newest);

/// <summary>Moves rows (<c>k0.., ts, created, f0..</c>) from the embedded engine to the online store, a batch at a time.</summary>
internal sealed class RowPump(IOnlineStore store, OnlineTable table, FeatureView view, EqualTimes equal = EqualTimes.Keep)
{
    private const int BatchRows = 8192;

    private readonly RowLayout _layout = RowLayout.Of(view);
    private readonly FeatureValue[] _keys = new FeatureValue[view.Keys.Count];
    private readonly FeatureValue[] _values = new FeatureValue[view.Fields.Count];

    /// <summary>Moves all that a query gives.</summary>
    /// <param name="connection">Of the engine.</param>
    /// <param name="select">From <see cref="NewestRows.SelectAsync"/>.</param>
    /// <param name="moved">Told after each batch how many rows came so far.</param>
    /// <param name="cancel">Stops between batches.</param>
    /// <returns>What the online store says; what it took stays.</returns>
    public async Task<Result<Pumped>> RunAsync(DuckConnection connection, string select, Action<long> moved, CancellationToken cancel)
    {
        var (read, written) = (0L, 0L);
        long? newest = null;
        var batch = new List<OnlineWrite>(BatchRows);
        Task<Result<int>>? writing = null;
        using var reader = connection.Query(select, streaming: true, cancel: cancel);
        try
        {
            for (var more = true; more;)
            {
                more = reader.Read();
                if (more)
                    newest = Take(reader, batch, newest);
                if (batch.Count == 0 || (more && batch.Count < BatchRows))
                    continue;
                // One batch is written while the next is read.
                if (writing is not null)
                {
                    if ((await writing).Failed(out var failure, out var taken))
                        return failure;
                    written += taken;
                    moved(read);
                }

                writing = store.WriteAsync(table, batch, equal, cancel).AsTask();
                read += batch.Count;
                batch = new List<OnlineWrite>(BatchRows + DuckReader.MaxRows);
            }
        }
        catch when (writing is not null)
        {
            // Whatever ended the reading, the batch that is under way is not left behind.
            await Task.WhenAny(writing);
            throw;
        }

        if (writing is not null)
        {
            if ((await writing).Failed(out var failure, out var taken))
                return failure;
            written += taken;
            moved(read);
        }

        return new Pumped(read, written, newest);
    }

    private long? Take(DuckReader reader, List<OnlineWrite> batch, long? newest)
    {
        var keys = view.Keys.Count;
        var times = reader.Values<long>(keys);
        var created = reader.Column(keys + 1);
        for (var row = 0; row < reader.Rows; row++)
        {
            for (var at = 0; at < keys; at++)
                _keys[at] = DuckValues.Key(reader.Column(at), row, view.Keys[at].Type);
            if (EntityKeyCodec.Encode(view.Keys, _keys) is not { } key)
                continue;
            for (var at = 0; at < _values.Length; at++)
                _values[at] = DuckValues.Read(reader.Column(keys + 2 + at), row, view.Fields[at].Type);
            batch.Add(new(key, new OnlineRow(times[row], created.IsNull(row) ? long.MinValue : created.Values<long>()[row], RowCodec.Encode(_layout, _values))));
            if (newest is null || times[row] > newest)
                newest = times[row];
        }

        return newest;
    }
}
