using System.Text.Json;
using Orrery.Kernel;

namespace Orrery.Features;

/// <summary>Computes on-demand views of rows that were read, by the same expressions as training sets.</summary>
internal static class OnDemandReading
{
    /// <returns><c>features.request_data_invalid</c>; null when all was computed.</returns>
    public static Failure? Compute(OnlineCall call)
    {
        var views = call.Plan.OnDemand;
        var all = new FeatureValue[views.Count][][];
        for (var at = 0; at < views.Count; at++)
        {
            var view = views[at].View;
            var request = new FeatureValue[view.Request.Count][];
            for (var field = 0; field < request.Length; field++)
            {
                if (ReadColumn(call, view.Request[field]).Failed(out var wrong, out var column))
                    return wrong;
                request[field] = column;
            }

            all[at] = Compute(call, views[at], request);
        }

        call.Answer.OnDemand = all;
        return null;
    }

    private static FeatureValue[][] Compute(OnlineCall call, OnDemandRead read, FeatureValue[][] request)
    {
        var view = read.View;
        var rows = call.Entities.Count;
        var columns = new FeatureValue[view.Fields.Count][];
        for (var field = 0; field < columns.Length; field++)
            columns[field] = new FeatureValue[rows];
        var values = new FeatureValue[read.Inputs.Count + request.Length + columns.Length];
        for (var row = 0; row < rows; row++)
        {
            var at = 0;
            foreach (var (source, field) in read.Inputs)
                values[at++] = Input(call, source, field, row);
            foreach (var column in request)
                values[at++] = column[row];
            for (var field = 0; field < columns.Length; field++)
                values[at++] = columns[field][row] = view.Expressions[field].Evaluate(values.AsSpan(0, at));
        }

        return columns;
    }

    private static FeatureValue Input(OnlineCall call, int read, int field, int row)
    {
        if (call.Answer.Statuses(read)[row] is RowStatus.NotFound or RowStatus.Expired)
            return FeatureValue.Null;
        var stored = RowReader.Whole(call.Plan.Reads[read].Layout, call.Answer.Rows(read).Span[row].Blob);
        return stored.TryGet(field, out var value) ? value : FeatureValue.Null;
    }

    private static Result<FeatureValue[]> ReadColumn(OnlineCall call, FeatureField field)
    {
        var request = call.Request;
        var values = new FeatureValue[call.Entities.Count];
        var json = new Utf8JsonReader(request.Slice(Column(request, field.Name).Values));
        json.Read();
        var row = 0;
        for (; json.Read() && json.TokenType is not JsonTokenType.EndArray; row++)
        {
            if (row >= values.Length)
                return Ragged(field, values.Length);
            if (!JsonCast.TryRead(ref json, field.Type, out values[row]))
                return Failure.Invalid("features.request_data_invalid", $"Entity row {row} has {JsonCast.Show(ref json)} as {field.Name}, which is {field.Type}.");
        }

        return row == values.Length ? values : Ragged(field, values.Length);
    }

    private static RequestColumn Column(OnlineRequest request, string name)
    {
        for (var at = request.Columns.Count - 1; at >= 0; at--)
        {
            var column = request.Columns[at];
            if ((column.Escaped ?? System.Text.Encoding.UTF8.GetString(request.Slice(column.Name))) == name)
                return column;
        }

        throw new InvalidOperationException($"The plan let a request without {name} pass.");
    }

    private static Failure Ragged(FeatureField field, int rows) =>
        Failure.Invalid("features.entities_ragged", $"Entity column {field.Name} does not have {rows} values, one for each row, as the others do.");
}
