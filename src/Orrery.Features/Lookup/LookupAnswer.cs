using System.Globalization;
using System.Text;
using Microsoft.Extensions.ObjectPool;

namespace Orrery.Features;

/// <summary>What was looked up for the rows of one request, until it is disposed.</summary>
public sealed class LookupAnswer : IDisposable
{
    private readonly ObjectPool<OnlineCall> _calls;
    private readonly LookupPlan _plan;
    private OnlineCall? _call;

    internal LookupAnswer(ObjectPool<OnlineCall> calls, LookupPlan plan, OnlineCall call) => (_calls, _plan, _call) = (calls, plan, call);

    /// <summary>The views that were read, with their versions.</summary>
    public IReadOnlyList<string> Sources => _plan.Sources;

    private OnlineCall Call => _call ?? throw new ObjectDisposedException(nameof(LookupAnswer));

    /// <summary>A feature as it is defined now.</summary>
    /// <param name="feature">Place in <see cref="FeatureLookup.Features"/>.</param>
    public LookupFeature Feature(int feature) => _plan[feature];

    /// <summary>A value. Views without entities have one row for all.</summary>
    /// <param name="feature">Place in <see cref="FeatureLookup.Features"/>.</param>
    /// <param name="row">Of the request.</param>
    public LookupValue Value(int feature, int row)
    {
        var output = _plan.Output(feature);
        row = Call.Entities.Count == 1 ? 0 : row;
        if (output.IsOnDemand)
            return Of(Call.Answer.OnDemand[output.Source][output.Field][row]);
        var status = Call.Answer.Statuses(output.Source)[row];
        if (status is RowStatus.NotFound or RowStatus.Expired)
            return new(status is RowStatus.NotFound ? LookupStatus.NotFound : LookupStatus.Expired, 0, 0, null);
        var stored = RowReader.Whole(_plan.Online.Reads[output.Source].Layout, Call.Answer.Rows(output.Source).Span[row].Blob);
        return stored.TryGet(output.Field, out var value) ? Of(value) : new(LookupStatus.NotFound, 0, 0, null);
    }

    /// <summary>Event time of a view's row, microseconds since 1970 UTC; null without a row.</summary>
    /// <param name="source">Place in <see cref="Sources"/>.</param>
    /// <param name="row">Of the request.</param>
    public long? EventTime(int source, int row)
    {
        row = Call.Entities.Count == 1 ? 0 : row;
        return Call.Answer.Statuses(source)[row] is RowStatus.NotFound ? null : Call.Answer.Rows(source).Span[row].EventTime;
    }

    /// <summary>Whether a row has a value of a key's column.</summary>
    /// <param name="key">Name of the column.</param>
    /// <param name="row">Of the request.</param>
    public bool HasKey(string key, int row)
    {
        var columns = _plan.Online.KeyColumns;
        for (var at = 0; at < columns.Count; at++)
        {
            if (columns[at].Name == key)
                return !Call.Entities.Part(at, row).IsEmpty;
        }

        return false;
    }

    /// <summary>Writes whom a row is about: <c>customer_id=123</c>; several columns of a key with commas between.</summary>
    public void WriteEntity(StringBuilder text, int row)
    {
        var columns = _plan.Online.KeyColumns;
        var isFirst = true;
        foreach (var at in _plan.Online.Echoed)
        {
            var part = Call.Entities.Part(at, Call.Entities.Count == 1 ? 0 : row);
            if (part.IsEmpty)
                continue;
            if (!isFirst)
                text.Append(',');
            text.Append(columns[at].Name).Append('=').Append(EntityKeyCodec.Show(part));
            isFirst = false;
        }
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _call, null) is { } call)
            _calls.Return(call);
    }

    private static LookupValue Of(FeatureValue value) => value switch
    {
        { IsNull: true } => new(LookupStatus.Null, 0, 0, null),
        { IsList: true } => new(LookupStatus.Present, 0, 0, null),
        { Kind: FeatureKind.Float32 or FeatureKind.Float64 } => new(LookupStatus.Present, 0, value.AsDouble, null),
        { Kind: FeatureKind.Decimal } => new(LookupStatus.Present, 0, double.Parse(value.AsString, NumberStyles.Float, CultureInfo.InvariantCulture), null),
        { Kind: FeatureKind.String } => new(LookupStatus.Present, 0, 0, value.AsString),
        { Kind: FeatureKind.Uuid } => new(LookupStatus.Present, 0, 0, value.AsGuid.ToString("D")),
        { Kind: FeatureKind.Bool or FeatureKind.Int32 or FeatureKind.Int64 } => new(LookupStatus.Present, value.AsInt64, value.AsInt64, null),
        _ => new(LookupStatus.Present, 0, 0, null),
    };
}
