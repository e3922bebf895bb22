using System.Text.Json;

namespace Orrery.Serving;

/// <summary>Reads predictions of the V1 protocol: a list of values or lists, of objects, or an object of lists.</summary>
internal static class RemoteV1Rows
{
    private const int MostRows = 10_000_000;

    /// <summary>A list whose nesting gives the shape.</summary>
    public static void ReadOnly(ref Utf8JsonReader json, KeyValuePair<string, DataType> output, InferenceCall call)
    {
        var tensor = Add(call, output.Key, output.Value is DataType.None ? Guess(json) : output.Value);
        var shape = Nesting.Unknown;
        ArrayJson.ReadNested(ref json, tensor, tensor.Type, ref shape, level: 0);
        tensor.SetShape(shape.Sizes);
        Check(tensor);
    }

    /// <summary><c>{"label": [...], "probabilities": [[...]]}</c>.</summary>
    public static void ReadColumns(ref Utf8JsonReader json, IReadOnlyDictionary<string, DataType> types, InferenceCall call)
    {
        while (json.Read() && json.TokenType is JsonTokenType.PropertyName)
        {
            var name = json.GetString()!;
            json.Read();
            if (json.TokenType is not JsonTokenType.StartArray)
                throw new TensorException($"Its output '{name}' is no list.");
            ReadOnly(ref json, new(name, types.GetValueOrDefault(name)), call);
        }
    }

    /// <summary><c>[{"label": 1, "probabilities": [...]}, ...]</c>: the same names in each.</summary>
    public static void ReadRows(ref Utf8JsonReader json, IReadOnlyDictionary<string, DataType> types, InferenceCall call)
    {
        var shapes = new List<Nesting>();
        var rows = 0;
        for (; json.Read() && json.TokenType is not JsonTokenType.EndArray; rows++)
        {
            if (json.TokenType is not JsonTokenType.StartObject)
                throw new TensorException($"Prediction {rows} is no object, as those before it.");
            if (rows == MostRows)
                throw new TensorException($"It has more than {MostRows} predictions.");
            ReadRow(ref json, types, call, shapes, rows);
        }

        for (var index = 0; index < call.Outputs.Count; index++)
        {
            var shape = shapes[index];
            _ = shape.Has(0, rows);
            call.Outputs[index].SetShape(shape.Sizes);
            Check(call.Outputs[index]);
        }
    }

    private static void ReadRow(ref Utf8JsonReader json, IReadOnlyDictionary<string, DataType> types, InferenceCall call, List<Nesting> shapes, int row)
    {
        var seen = 0;
        while (json.Read() && json.TokenType is JsonTokenType.PropertyName)
        {
            var place = Place(ref json, call.Outputs);
            if (place < 0 && row > 0)
                throw new TensorException($"Prediction {row} has '{json.GetString()}', which those before it have not.");
            if (place < 0)
            {
                var name = json.GetString()!;
                json.Read();
                Add(call, name, types.TryGetValue(name, out var known) ? known : Guess(json));
                place = call.Outputs.Count - 1;
                shapes.Add(Nesting.Unknown);
            }
            else
            {
                json.Read();
            }

            var tensor = call.Outputs[place];
            var before = tensor.Elements;
            var shape = shapes[place];
            ArrayJson.ReadNested(ref json, tensor, tensor.Type, ref shape, level: 1);
            shapes[place] = shape;
            if (row > 0 && tensor.Elements - before != before / row)
                throw new TensorException($"Prediction {row} has '{tensor.Name}' with another number of values than those before it, or twice.");
            seen++;
        }

        if (seen != call.Outputs.Count)
            throw new TensorException($"Prediction {row} has {seen} values; those before it have {call.Outputs.Count}.");
    }

    private static int Place(ref Utf8JsonReader json, TensorList outputs)
    {
        for (var index = 0; index < outputs.Count; index++)
        {
            if (json.ValueTextEquals(outputs[index].Name))
                return index;
        }

        return -1;
    }

    private static Tensor Add(InferenceCall call, string name, DataType type)
    {
        if (call.Outputs.Find(name) is not null)
            throw new TensorException($"The output '{name}' is there twice.");
        var tensor = call.Outputs.Add();
        (tensor.Name, tensor.Type) = (name, type);
        return tensor;
    }

    // By the first value: numbers are always FP64, so that the type does not change with the answer.
    private static DataType Guess(Utf8JsonReader json)
    {
        while (json.TokenType is JsonTokenType.StartArray or JsonTokenType.EndArray && json.Read())
        {
        }

        return json.TokenType switch
        {
            JsonTokenType.String => DataType.BYTES,
            JsonTokenType.True or JsonTokenType.False => DataType.BOOL,
            _ => DataType.FP64,
        };
    }

    private static void Check(Tensor tensor)
    {
        if (tensor.Elements != tensor.Count)
            throw new TensorException($"Its output '{tensor.Name}' has {tensor.Elements} values; its lists have the shape [{string.Join(',', tensor.Shape.ToArray())}].");
    }
}
