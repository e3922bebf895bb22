using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Orrery.Contracts;
using Orrery.Kernel;

namespace Orrery.Features;

/// <summary>A push made out against the views that its source feeds: rows for each view's table, and the history.</summary>
internal sealed class PushFrame
{
    private readonly PushBody _body;
    private readonly FeatureSource _source;
    private readonly bool _nanIsNull;
    private readonly long _now;
    private readonly long _latest;
    private readonly Dictionary<int, PushError> _errors = [];
    private readonly Dictionary<(int Row, string View), PushError> _aside = [];
    // One column may be read as several types, for views that declare it differently.
    private readonly Dictionary<(string Name, FeatureType Type), FeatureValue[]> _values = [];
    private long[] _eventTimes = [];
    private long[] _createdTimes = [];

    private PushFrame(PushBody body, FeatureSource source, bool nanIsNull, long now, long latest)
    {
        _body = body;
        _source = source;
        _nanIsNull = nanIsNull;
        _now = now;
        _latest = latest;
    }

    /// <summary>What is wrong with rows, by row.</summary>
    public IReadOnlyList<PushError> Errors => [.. _errors.Values.OrderBy(static error => error.Row)];

    /// <summary>Rows that rules set aside, by row; of a row that is set aside for several views, the first.</summary>
    public IReadOnlyList<PushError> Aside => [.. _aside.Where(one => !IsRefused(one.Key.Row)).Select(static one => one.Value).DistinctBy(static error => error.Row).OrderBy(static error => error.Row)];

    public int Rows => _body.Rows;

    /// <summary>How many rows are taken, if only by some of the views.</summary>
    public int Accepted => Enumerable.Range(0, Rows).Count(row => !IsRefused(row) && !_aside.ContainsKey((row, "")));

    /// <summary>Places of the rows that are not refused.</summary>
    public IEnumerable<int> Good => Enumerable.Range(0, Rows).Where(row => !IsRefused(row));

    public bool IsRefused(int row) => _errors.ContainsKey(row);

    /// <summary>Refuses a row. The first fault of a row stands for all.</summary>
    public void Refuse(PushError error) => _errors.TryAdd(error.Row, error);

    /// <summary>Keeps a row from a view, or from all and from the history.</summary>
    public void SetAside(FeatureView? view, PushError why) => _aside.TryAdd((why.Row, view?.Name ?? ""), why);

    /// <summary>Reads all columns that the views need.</summary>
    /// <param name="body">As it was sent.</param>
    /// <param name="source">Names its columns.</param>
    /// <param name="views">That are fed.</param>
    /// <param name="nanIsNull">True as Feast has it; false to refuse rows with NaN or an infinity.</param>
    /// <param name="now">Created time of rows that lack one, microseconds.</param>
    /// <param name="latest">Times after it are refused, microseconds.</param>
    /// <returns><c>features.push_column_missing</c>.</returns>
    public static Result<PushFrame> Make(PushBody body, FeatureSource source, IReadOnlyList<FeatureView> views, bool nanIsNull, long now, long latest)
    {
        var frame = new PushFrame(body, source, nanIsNull, now, latest);
        var missing = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var view in views)
        {
            foreach (var key in view.Keys)
            {
                frame.Read(key.Name, key.Type, missing);
                frame.CheckKey(key.Name, key.Type);
            }

            foreach (var field in view.Fields)
                frame.Read(field.Name, field.Type, missing);
        }

        frame.ReadTimes(missing);
        return missing.Count > 0
            ? Failure.Invalid("features.push_column_missing", $"The push has no column {string.Join(", ", missing)}.")
            : frame;
    }

    /// <summary>The good rows of a view.</summary>
    public List<OnlineWrite> WritesOf(FeatureView view)
    {
        var layout = RowLayout.Of(view);
        var writes = new List<OnlineWrite>(Rows);
        var keys = new FeatureValue[view.Keys.Count];
        var values = new FeatureValue[view.Fields.Count];
        for (var row = 0; row < Rows; row++)
        {
            if (IsRefused(row) || _aside.ContainsKey((row, "")) || _aside.ContainsKey((row, view.Name)))
                continue;
            for (var at = 0; at < keys.Length; at++)
                keys[at] = _values[(view.Keys[at].Name, view.Keys[at].Type)][row];
            for (var at = 0; at < values.Length; at++)
                values[at] = _values[(view.Fields[at].Name, view.Fields[at].Type)][row];
            writes.Add(new(EntityKeyCodec.Encode(view.Keys, keys)!, new(_eventTimes[row], _createdTimes[row], RowCodec.Encode(layout, values))));
        }

        return writes;
    }

    /// <summary>The good rows as history keeps them.</summary>
    public List<PushedRow> History()
    {
        var rows = new List<PushedRow>(Rows);
        var columns = _values.GroupBy(static pair => pair.Key.Name, static pair => pair.Value).OrderBy(static column => column.Key, StringComparer.Ordinal)
            .Select(column => (Name: _source.Column(column.Key), Given: Given(column.Key)!, Types: column.ToArray())).ToArray();
        using var json = new ByteWriter(512);
        for (var row = 0; row < Rows; row++)
        {
            if (IsRefused(row) || _aside.ContainsKey((row, "")))
                continue;
            json.Clear();
            json.Raw((byte)'{');
            var isFirst = true;
            foreach (var (name, given, types) in columns)
            {
                if (!isFirst)
                    json.Raw((byte)',');
                isFirst = false;
                json.Text(name);
                json.Raw((byte)':');
                // What is of several types is kept as it was sent.
                if (types.Length == 1 || types.All(values => values[row].IsNull))
                    PushedJson.Write(json, types[0][row]);
                else
                    json.Raw(JsonMarshal.GetRawUtf8Value(given[row]));
            }

            json.Raw((byte)'}');
            rows.Add(new(_eventTimes[row], _createdTimes[row] == long.MinValue ? null : _createdTimes[row], Encoding.UTF8.GetString(json.Written.Span)));
        }

        return rows;
    }

    private JsonElement[]? Given(string name) => _body.Column(_source.Column(name)) ?? _body.Column(name);

    private void Read(string name, FeatureType type, SortedSet<string> missing)
    {
        if (_values.ContainsKey((name, type)))
            return;
        var column = _source.Column(name);
        if (Given(name) is not { } given)
        {
            missing.Add(column);
            return;
        }

        var values = new FeatureValue[Rows];
        for (var row = 0; row < values.Length; row++)
        {
            if (given[row].ValueKind is JsonValueKind.Undefined or JsonValueKind.Null || (_nanIsNull && LenientJson.IsNaN(given[row])))
                continue;
            if ((!IsNumber(type) && LenientJson.IsNaN(given[row])) || !TryCast(given[row], type, out values[row]))
                Refuse(row, column, $"is {Show(given[row])}, which is no {type}");
            else
                Number(ref values[row], row, column);
        }

        _values[(name, type)] = values;
    }

    // For each view: what is a feature of one may be the key of another.
    private void CheckKey(string name, FeatureType type)
    {
        if (!_values.TryGetValue((name, type), out var values))
            return;
        var (column, given) = (_source.Column(name), Given(name)!);
        for (var row = 0; row < values.Length; row++)
        {
            if (values[row].IsNull)
                Refuse(row, column, "is null; every column of a key must have a value");
            else if (JsonMarshal.GetRawUtf8Value(given[row]).Length > EntityKeyCodec.MaxValueBytes)
                Refuse(row, column, $"is longer than {EntityKeyCodec.MaxValueBytes} bytes, too long for a key");
        }
    }

    private static bool IsNumber(FeatureType type) => !type.IsList && type.Kind is FeatureKind.Float32 or FeatureKind.Float64;

    private void Number(ref FeatureValue value, int row, string column)
    {
        if (value.IsNull || value.Kind is not (FeatureKind.Float32 or FeatureKind.Float64))
            return;
        if (value.IsList ? value.AsList.All(static item => item.IsNull || double.IsFinite(item.AsDouble)) : double.IsFinite(value.AsDouble))
            return;
        if (!_nanIsNull)
            Refuse(row, column, "is not a number or not finite; send null for no value");
        else
            value = value.IsList ? FeatureValue.List(value.Kind, [.. value.AsList.Select(static item => !item.IsNull && double.IsFinite(item.AsDouble) ? item : default)]) : default;
    }

    private void ReadTimes(SortedSet<string> missing)
    {
        _eventTimes = new long[Rows];
        _createdTimes = new long[Rows];
        if ((_body.Column(_source.TimestampColumn) ?? _body.Column(ReservedColumns.EventTimestamp)) is not { } events)
        {
            missing.Add(_source.TimestampColumn);
            return;
        }

        var created = _source.CreatedColumn is { } column ? _body.Column(column) ?? _body.Column("created") : null;
        for (var row = 0; row < Rows; row++)
        {
            if (!TryMoment(events[row], out _eventTimes[row]))
                Refuse(row, _source.TimestampColumn, $"is {Show(events[row])}, which is no time; write it in ISO 8601 or in seconds since 1970");
            _createdTimes[row] = _source.CreatedColumn is null ? long.MinValue : _now;
            if (_eventTimes[row] > _latest)
                Refuse(row, _source.TimestampColumn, $"is {Show(events[row])}, too far in the future");
            if (created is null || created[row].ValueKind is JsonValueKind.Undefined or JsonValueKind.Null || (_nanIsNull && LenientJson.IsNaN(created[row])))
                continue;
            if (!TryMoment(created[row], out _createdTimes[row]))
                Refuse(row, _source.CreatedColumn!, $"is {Show(created[row])}, which is no time; write it in ISO 8601 or in seconds since 1970");
            else if (_createdTimes[row] > _latest)
                Refuse(row, _source.CreatedColumn!, $"is {Show(created[row])}, too far in the future");
        }
    }

    private void Refuse(int row, string column, string why) => Refuse(new() { Row = row, Column = column, Message = $"{column} {why}." });

    private static bool TryCast(JsonElement element, FeatureType type, out FeatureValue value)
    {
        var json = new Utf8JsonReader(JsonMarshal.GetRawUtf8Value(element));
        json.Read();
        return JsonCast.TryRead(ref json, type, out value);
    }

    private static bool TryMoment(JsonElement element, out long microseconds)
    {
        microseconds = 0;
        if (element.ValueKind is not (JsonValueKind.String or JsonValueKind.Number))
            return false;
        var json = new Utf8JsonReader(JsonMarshal.GetRawUtf8Value(element));
        json.Read();
        return JsonCast.TryMoment(ref json, out microseconds);
    }

    private static string Show(JsonElement element) => element.ValueKind is JsonValueKind.Undefined ? "missing" : LenientJson.IsNaN(element) ? "NaN" : DefinitionNames.Clip(element.GetRawText());
}
