using System.Text.Json;

namespace Orrery.Serving;

/// <summary>One row of tensors as an object: a value for each column of the model's only input, or for each tensor.</summary>
internal static class LogJson
{
    /// <param name="json">Takes it.</param>
    /// <param name="tensors">Of the request or the answer.</param>
    /// <param name="columns">Names of the columns of a single tensor; empty when there are none.</param>
    /// <param name="rows">Of the request.</param>
    /// <param name="row">Which one. Tensors that have not a row for each are given whole with the first.</param>
    public static void Write(Utf8JsonWriter json, TensorList tensors, IReadOnlyList<string> columns, long rows, int row)
    {
        json.WriteStartObject();
        if (columns.Count > 0 && tensors.Count == 1 && tensors[0].Rank == 2 && tensors[0].Shape[1] == columns.Count)
        {
            for (var column = 0; column < columns.Count; column++)
            {
                json.WritePropertyName(columns[column]);
                Elements(json, tensors[0], (row * columns.Count) + column, 1);
            }
        }
        else
        {
            for (var index = 0; index < tensors.Count; index++)
                Tensor(json, tensors[index], rows, row);
        }

        json.WriteEndObject();
    }

    private static void Tensor(Utf8JsonWriter json, Tensor tensor, long rows, int row)
    {
        var isByRow = tensor.Rank > 0 && tensor.Rows == rows;
        if (!isByRow && row > 0)
            return;
        json.WritePropertyName(tensor.Name);
        var width = isByRow ? (int)(tensor.Count / Math.Max(1, rows)) : (int)tensor.Count;
        var isList = isByRow ? tensor.Rank > 1 : tensor.Rank > 0;
        if (isList)
            json.WriteStartArray();
        Elements(json, tensor, isByRow ? row * width : 0, width);
        if (isList)
            json.WriteEndArray();
    }

    // Half floats of the other kind are what no protocol has in JSON.
    private static void Elements(Utf8JsonWriter json, Tensor tensor, int start, int count)
    {
        if (tensor.Type is not DataType.BF16)
        {
            TensorWriting.WriteRange(json, tensor, start, count);
            return;
        }

        foreach (var value in tensor.Values<ushort>().Slice(start, count))
        {
            var number = BitConverter.Int32BitsToSingle(value << 16);
            if (float.IsFinite(number))
                json.WriteNumberValue(number);
            else
                json.WriteNullValue();
        }
    }
}
