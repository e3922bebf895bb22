using Orrery.Kernel;
using StackExchange.Redis;

namespace Orrery.Features;

/// <summary>
/// Reads what Feast left in Redis: a hash for each entity, with a field for each feature of each view. For moving to our own layout: features
/// whose names hash alike are told apart by nothing, so what is read is as right as Feast's own reads.
/// </summary>
internal sealed class FeastRedisReader(RedisLink link, RedisOptions options, string feastProject)
{
    /// <summary>Reads one view's row of one entity; none where Feast has none, or what cannot be read.</summary>
    public async ValueTask<Result<OnlineRow>> ReadAsync(FeatureView view, ReadOnlyMemory<FeatureValue> key, CancellationToken cancel)
    {
        RedisKey name = FeastKey.Encode(view.Keys, key.Span, feastProject);
        RedisValue[] fields = [FeastKey.TimeField(view.Name), .. view.Fields.Select(field => (RedisValue)FeastKey.Field(view.Name, field.Name))];
        return (await link.AskAsync(database => database.HashGetAsync(name, fields), options.ReadTimeout, cancel)).Failed(out var failure, out var values)
            ? failure
            : Row(view, values);
    }

    /// <summary>Copies all rows of a view that Feast has into our store, in batches.</summary>
    /// <returns>How many rows were copied.</returns>
    public async ValueTask<Result<long>> CopyAsync(FeatureView view, OnlineTable table, IOnlineStore store, CancellationToken cancel)
    {
        var cursor = "0";
        var copied = 0L;
        do
        {
            var from = cursor;
            var asked = await link.AskAsync(database => database.ExecuteAsync("SCAN", from, "COUNT", "1000"), options.WriteTimeout, cancel);
            if (asked.Failed(out var failure, out var answer))
                return failure;
            var parts = (RedisResult[])answer;
            cursor = (string)parts[0];
            if ((await CopyAsync(view, table, store, (RedisKey[])parts[1], cancel)).Failed(out failure, out var count))
                return failure;
            copied += count;
        }
        while (cursor != "0");
        return copied;
    }

    private async ValueTask<Result<int>> CopyAsync(FeatureView view, OnlineTable table, IOnlineStore store, IReadOnlyList<RedisKey> names, CancellationToken cancel)
    {
        var keys = names.Select(name => FeastKey.TryDecode(view.Keys, name, feastProject, out var key) ? key : null).OfType<FeatureValue[]>().ToList();
        var rows = await Task.WhenAll(keys.Select(key => ReadAsync(view, key, cancel).AsTask()));
        var writes = new List<OnlineWrite>(keys.Count);
        for (var at = 0; at < rows.Length; at++)
        {
            if (rows[at].Failed(out var failure, out var row))
                return failure;
            if (row.Exists)
                writes.Add(new(EntityKeyCodec.Encode(view.Keys, keys[at])!, row));
        }

        return writes.Count == 0 ? 0 : await store.WriteAsync(table, writes, cancel);
    }

    private static OnlineRow Row(FeatureView view, RedisValue[] stored)
    {
        if (stored[0].IsNull || !FeastProto.TryMoment(stored[0]!, out var moment))
            return OnlineRow.None;
        var values = new FeatureValue[view.Fields.Count];
        for (var at = 0; at < values.Length; at++)
        {
            // What is damaged or of another type is no value.
            if (!stored[at + 1].IsNull && !FeastProto.TryValue(stored[at + 1]!, view.Fields[at].Type, out values[at]))
                values[at] = default;
        }

        return new(moment, long.MinValue, RowCodec.Encode(RowLayout.Of(view), values));
    }
}
