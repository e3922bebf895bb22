using System.Buffers;
using System.Text.Json;

namespace Orrery.Serving;

/// <summary>Takes tensors of V2 requests, over REST or gRPC, that are named as keys, request data and columns.</summary>
internal static class LookupTensors
{
    /// <summary>Takes them over from the call; false, and nothing done, when they are what the model takes.</summary>
    /// <exception cref="TensorException">The request is wrong.</exception>
    public static bool TryTake(InferenceCall call, LookupBinding binding, LookupWork work, Utf8JsonWriter json)
    {
        if (!IsByName(call.Inputs, binding))
            return false;
        work.Begin(binding);
        work.AddRows((int)call.Inputs[0].Rows);
        for (var index = 0; index < call.Inputs.Count; index++)
            Take(call.Inputs[index], work, json);
        work.FillUp();
        return true;
    }

    private static bool IsByName(TensorList inputs, LookupBinding binding)
    {
        var (known, keys) = (0, 0);
        for (var index = 0; index < inputs.Count; index++)
        {
            if (binding.Slot(inputs[index].Name) is not { } slot)
                continue;
            known++;
            keys += slot.Input >= 0 ? 1 : 0;
        }

        if (keys == 0)
            return false;
        return binding.IsTable ? inputs.Find(binding.Model.Inputs[0].Name) is null || known > 1 : known < inputs.Count || !HasAll(inputs, binding.Model) || inputs.Count > binding.Columns.Count;
    }

    private static bool HasAll(TensorList inputs, ModelDeclaration model)
    {
        for (var index = 0; index < model.Inputs.Count; index++)
        {
            if (inputs.Find(model.Inputs[index].Name) is null)
                return false;
        }

        return true;
    }

    private static void Take(Tensor given, LookupWork work, Utf8JsonWriter json)
    {
        var binding = work.Binding!;
        var slot = binding.Slot(given.Name) ?? throw new TensorException($"Input '{given.Name}' is neither the model's nor its features'; {binding.Taken}.");
        if (given.Rank is 0 or > 2 || given.Count != given.Rows || given.Rows != work.Rows)
            throw new TensorException($"Input '{given.Name}' has the shape [{string.Join(',', given.Shape.ToArray())}]; a column has [{work.Rows}], as many rows as the others.");
        if (slot.Input >= 0)
            Write(given, work.Input(slot.Input), json);
        if (slot.Column < 0)
            return;
        if (work.Rows > 0 && !work.Mark(0, slot.Column))
            throw new TensorException($"Input '{given.Name}' is there twice.");
        for (var row = 1; row < work.Rows; row++)
            work.Mark(row, slot.Column);
        Copy(given, work.Given(slot.Column));
    }

    private static void Write(Tensor given, ArrayBufferWriter<byte> input, Utf8JsonWriter json)
    {
        if (input.WrittenCount > 0)
            throw new TensorException($"Input '{given.Name}' is there twice.");
        if (given.Type is DataType.BF16)
            throw new TensorException($"Input '{given.Name}' is of {given.Type}, which no key is.");
        json.Reset(input);
        json.WriteStartArray();
        TensorWriting.WriteRange(json, given, 0, (int)given.Count);
        json.WriteEndArray();
        json.Flush();
    }

    private static void Copy(Tensor given, Tensor column)
    {
        if (!TensorCast.Allows(given.Type, column.Type))
            throw new TensorException($"Input '{given.Name}' is of {given.Type}; the model wants {column.Type}.");
        if (given.Type is DataType.BYTES)
        {
            for (var text = 0; text < given.Texts; text++)
                column.AddText(given.Text(text));
        }
        else if (given.Type == column.Type)
        {
            given.Bytes.CopyTo(column.Append(given.Bytes.Length));
        }
        else
        {
            TensorCast.Write(given, column.Type, column.Append((int)given.Count * column.Type.Width()));
        }
    }
}
