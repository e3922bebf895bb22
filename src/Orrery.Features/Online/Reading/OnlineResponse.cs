namespace Orrery.Features;

/// <summary>Writes the answer of <c>get-online-features</c>, column by column, as Feast's server does.</summary>
internal static class OnlineResponse
{
    private static ReadOnlySpan<byte> Epoch => "\"1970-01-01T00:00:00Z\""u8;

    public static void Write(OnlineCall call)
    {
        var json = call.Json;
        var plan = call.Plan;
        json.Raw("{\"results\":["u8);
        var isFirst = true;
        foreach (var column in plan.Echoed)
        {
            Begin(json, ref isFirst);
            WriteKeys(call, column);
        }

        var timesOf = -1;
        foreach (var output in plan.Outputs)
        {
            Begin(json, ref isFirst);
            if (output.IsOnDemand)
            {
                WriteOnDemand(call, call.Answer.OnDemand[output.Source][output.Field]);
                continue;
            }

            if (timesOf != output.Source)
                WriteTimes(call, timesOf = output.Source);
            WriteField(call, output.Source, output.Field);
            json.Raw(call.Piece.Written.Span);
        }

        json.Raw(plan.Tail);
    }

    private static void Begin(ByteWriter json, ref bool isFirst)
    {
        json.Raw(isFirst ? "{\"values\":["u8 : ",{\"values\":["u8);
        isFirst = false;
    }

    private static void WriteKeys(OnlineCall call, int column)
    {
        var json = call.Json;
        var count = call.Entities.Count;
        for (var row = 0; row < count; row++)
        {
            if (row > 0)
                json.Raw((byte)',');
            EntityKeyCodec.WriteJson(call.Entities.Part(column, row), json);
        }

        json.Raw("],\"statuses\":["u8);
        for (var row = 0; row < count; row++)
            WriteStatus(json, row, !call.IsFeast && call.Entities.Part(column, row).IsEmpty ? "\"NULL_VALUE\""u8 : "\"PRESENT\""u8);
        WriteEpochs(json, count);
    }

    private static void WriteField(OnlineCall call, int read, int field)
    {
        var json = call.Json;
        var layout = call.Plan.Reads[read].Layout;
        var rows = call.Answer.Rows(read).Span;
        var statuses = call.Answer.Statuses(read);
        for (var row = 0; row < rows.Length; row++)
        {
            if (row > 0)
                json.Raw((byte)',');
            if (statuses[row] is RowStatus.Present or RowStatus.Stale)
                RowReader.Whole(layout, rows[row].Blob).WriteJson(field, json);
            else
                json.Raw("null"u8);
        }

        json.Raw("],\"statuses\":["u8);
        for (var row = 0; row < rows.Length; row++)
        {
            WriteStatus(json, row, statuses[row] switch
            {
                RowStatus.NotFound => "\"NOT_FOUND\""u8,
                RowStatus.Expired => "\"OUTSIDE_MAX_AGE\""u8,
                _ => !call.IsFeast && IsNull(RowReader.Whole(layout, rows[row].Blob), layout, field) ? "\"NULL_VALUE\""u8 : "\"PRESENT\""u8,
            });
        }
    }

    // A number that JSON has none for is written as null, so it must say so.
    private static bool IsNull(RowReader row, RowLayout layout, int field)
    {
        if (row.IsNull(field))
            return true;
        var type = layout.TypeOf(field);
        return !type.IsList && type.Kind is FeatureKind.Float32 or FeatureKind.Float64 && row.TryGet(field, out var value) && !double.IsFinite(value.AsDouble);
    }

    private static void WriteOnDemand(OnlineCall call, FeatureValue[] values)
    {
        var json = call.Json;
        for (var row = 0; row < values.Length; row++)
        {
            if (row > 0)
                json.Raw((byte)',');
            FeatureJson.Write(json, values[row]);
        }

        json.Raw("],\"statuses\":["u8);
        for (var row = 0; row < values.Length; row++)
            WriteStatus(json, row, !call.IsFeast && IsNull(values[row]) ? "\"NULL_VALUE\""u8 : "\"PRESENT\""u8);
        WriteEpochs(json, values.Length);
    }

    private static bool IsNull(FeatureValue value) =>
        value.IsNull || (!value.IsList && value.Kind is FeatureKind.Float32 or FeatureKind.Float64 && !double.IsFinite(value.AsDouble));

    private static void WriteStatus(ByteWriter json, int row, ReadOnlySpan<byte> status)
    {
        if (row > 0)
            json.Raw((byte)',');
        json.Raw(status);
    }

    private static void WriteEpochs(ByteWriter json, int count)
    {
        json.Raw("],\"event_timestamps\":["u8);
        for (var row = 0; row < count; row++)
            WriteStatus(json, row, Epoch);
        json.Raw("]}"u8);
    }

    // The same for all features of a view.
    private static void WriteTimes(OnlineCall call, int read)
    {
        var piece = call.Piece;
        piece.Clear();
        var rows = call.Answer.Rows(read).Span;
        var statuses = call.Answer.Statuses(read);
        piece.Raw("],\"event_timestamps\":["u8);
        for (var row = 0; row < rows.Length; row++)
        {
            if (row > 0)
                piece.Raw((byte)',');
            if (statuses[row] is RowStatus.NotFound)
                piece.Raw(Epoch);
            else
                WriteMoment(piece, rows[row].EventTime);
        }

        piece.Raw("]}"u8);
    }

    /// <summary>RFC 3339 with 0, 3 or 6 digits of a second, as protobuf's JSON has them.</summary>
    private static void WriteMoment(ByteWriter json, long microseconds)
    {
        const long least = -62_135_596_800_000_000, greatest = 253_402_300_799_999_999;
        var moment = DateTimeOffset.UnixEpoch.AddTicks(Math.Clamp(microseconds, least, greatest) * TimeSpan.TicksPerMicrosecond);
        var span = json.GetSpan(40);
        span[0] = (byte)'"';
        var fraction = microseconds % 1_000_000;
        ReadOnlySpan<char> format = fraction == 0 ? "yyyy-MM-ddTHH:mm:ssZ" : fraction % 1_000 == 0 ? "yyyy-MM-ddTHH:mm:ss.fffZ" : "yyyy-MM-ddTHH:mm:ss.ffffffZ";
        moment.UtcDateTime.TryFormat(span[1..], out var written, format, System.Globalization.CultureInfo.InvariantCulture);
        span[written + 1] = (byte)'"';
        json.Advance(written + 2);
    }
}
