using System.Text.Json;

namespace Orrery.Serving;

/// <summary>Reads a list of rows into one tensor of rows, or into a tensor for each column.</summary>
internal static class V1Rows
{
    /// <summary>For models of one input: rows are lists, values, or objects of the signature's columns.</summary>
    public static void ReadTensor(ref Utf8JsonReader json, ModelDeclaration model, InferenceCall call)
    {
        var declared = model.Inputs.Count == 1 ? model.Inputs[0] : new ModelTensor("input", DataType.FP64, [-1, -1]);
        var tensor = call.Inputs.Add();
        (tensor.Name, tensor.Type) = (declared.Name, declared.Type);
        var shape = Nesting.Unknown;
        var rows = 0L;
        for (; json.Read() && json.TokenType is not JsonTokenType.EndArray; rows++)
        {
            if (json.TokenType is not JsonTokenType.StartObject)
                ArrayJson.ReadNested(ref json, tensor, tensor.Type, ref shape, level: 1);
            else if (model.Columns.Count > 0)
                ReadObject(ref json, model.Columns, tensor, rows, ref shape);
            else
                ReadNamed(ref json, tensor, rows, ref shape);
        }

        tensor.SetShape(Shape(declared, shape, rows));
    }

    /// <summary>For models of several inputs: rows are objects with a value for each, or lists in the model's order.</summary>
    public static void ReadColumns(ref Utf8JsonReader json, ModelDeclaration model, InferenceCall call)
    {
        foreach (var input in model.Inputs)
        {
            var tensor = call.Inputs.Add();
            (tensor.Name, tensor.Type) = (input.Name, input.Type);
        }

        var rows = 0L;
        for (; json.Read() && json.TokenType is not JsonTokenType.EndArray; rows++)
        {
            if (json.TokenType is JsonTokenType.StartObject)
                ReadFields(ref json, call, rows);
            else if (json.TokenType is JsonTokenType.StartArray)
                ReadValues(ref json, call, rows);
            else
                throw new TensorException($"Instance {rows} must be an object with {Names(model)}.");
            for (var index = 0; index < call.Inputs.Count; index++)
            {
                if (call.Inputs[index].Elements != rows + 1)
                    throw new TensorException($"Instance {rows} has no '{call.Inputs[index].Name}'; the model wants {Names(model)}.") { IsOfColumns = true };
            }
        }

        for (var index = 0; index < call.Inputs.Count; index++)
            call.Inputs[index].SetShape(model.Inputs[index].Shape.Count > 1 ? [rows, 1] : [rows]);
    }

    // What the lists turned out to be; a value a row may stand for a row of one column.
    private static long[] Shape(ModelTensor declared, Nesting found, long rows)
    {
        if (rows == 0)
            return [0, .. declared.Shape.Skip(1).Select(static size => Math.Max(size, 0))];
        _ = found.Has(0, rows);
        long[] shape = [.. found.Sizes];
        return declared.Shape.Count == shape.Length + 1 && declared.Shape[^1] is 1 or -1 ? [.. shape, 1] : shape;
    }

    private static void ReadObject(ref Utf8JsonReader json, IReadOnlyList<string> columns, Tensor tensor, long row, ref Nesting shape)
    {
        var width = tensor.Type.Width();
        if (width == 0)
            throw new TensorException($"Instance {row} must be a list: the model takes texts.");
        if (!shape.Has(1, columns.Count) || !shape.EndsAt(2))
            throw new TensorException($"Instance {row} has {columns.Count} columns, those before it another number.");
        var place = tensor.Bytes.Length;
        tensor.Append(columns.Count * width);
        var seen = new bool[columns.Count];
        while (json.Read() && json.TokenType is JsonTokenType.PropertyName)
        {
            var column = Column(ref json, columns);
            if (column < 0)
                throw new TensorException($"Instance {row} has a column '{json.GetString()}', which the model does not have; it has {string.Join(", ", columns)}.") { IsOfColumns = true };
            if (seen[column])
                throw new TensorException($"Instance {row} has the column '{columns[column]}' twice.");
            seen[column] = true;
            json.Read();
            tensor.ReadAt(ref json, place + (column * width));
        }

        var missing = Array.IndexOf(seen, false);
        if (missing >= 0)
            throw new TensorException($"Instance {row} has no column '{columns[missing]}'.") { IsOfColumns = true };
    }

    // {"features": [...]}: the model's own name of its input.
    private static void ReadNamed(ref Utf8JsonReader json, Tensor tensor, long row, ref Nesting shape)
    {
        if (!json.Read() || json.TokenType is not JsonTokenType.PropertyName || !json.ValueTextEquals(tensor.Name))
            throw new TensorException($"Instance {row} is an object without '{tensor.Name}', and the model has no names of columns (no signature); send lists.") { IsOfColumns = true };
        json.Read();
        ArrayJson.ReadNested(ref json, tensor, tensor.Type, ref shape, level: 1);
        if (!json.Read() || json.TokenType is not JsonTokenType.EndObject)
            throw new TensorException($"Instance {row} has more than '{tensor.Name}'.");
    }

    private static void ReadFields(ref Utf8JsonReader json, InferenceCall call, long row)
    {
        while (json.Read() && json.TokenType is JsonTokenType.PropertyName)
        {
            Tensor? tensor = null;
            for (var index = 0; index < call.Inputs.Count && tensor is null; index++)
            {
                if (json.ValueTextEquals(call.Inputs[index].Name))
                    tensor = call.Inputs[index];
            }

            if (tensor is null)
                throw new TensorException($"Instance {row} has '{json.GetString()}', which the model does not take.") { IsOfColumns = true };
            if (tensor.Elements > row)
                throw new TensorException($"Instance {row} has '{tensor.Name}' twice.");
            json.Read();
            ReadOne(ref json, tensor);
        }
    }

    private static void ReadValues(ref Utf8JsonReader json, InferenceCall call, long row)
    {
        for (var index = 0; json.Read() && json.TokenType is not JsonTokenType.EndArray; index++)
        {
            if (index == call.Inputs.Count)
                throw new TensorException($"Instance {row} has more than the {call.Inputs.Count} values that the model takes.");
            ReadOne(ref json, call.Inputs[index]);
        }
    }

    // 5 or [5].
    private static void ReadOne(ref Utf8JsonReader json, Tensor tensor)
    {
        var isList = json.TokenType is JsonTokenType.StartArray;
        if (isList)
            json.Read();
        NumberJson.Read(ref json, tensor, tensor.Type);
        if (isList && (!json.Read() || json.TokenType is not JsonTokenType.EndArray))
            throw new TensorException($"'{tensor.Name}' must be one value a row.");
    }

    private static int Column(ref Utf8JsonReader json, IReadOnlyList<string> columns)
    {
        for (var index = 0; index < columns.Count; index++)
        {
            if (json.ValueTextEquals(columns[index]))
                return index;
        }

        return -1;
    }

    private static string Names(ModelDeclaration model) => string.Join(", ", model.Inputs.Select(static input => input.Name));
}
