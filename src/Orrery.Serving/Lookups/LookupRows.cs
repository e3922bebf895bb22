using System.Buffers;
using System.Text.Json;

namespace Orrery.Serving;

/// <summary>
/// Reads V1 requests whose rows are objects for a model whose features are looked up: each row has keys, request data and whichever columns the caller knows
/// better; or <c>inputs</c> with a list for each.
/// </summary>
internal static class LookupRows
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 40 };

    /// <summary>Reads a body; false, and nothing done, for one whose rows are lists or the model's own tensor.</summary>
    /// <exception cref="TensorException">The request is wrong.</exception>
    /// <exception cref="JsonException">The JSON is broken.</exception>
    public static bool TryRead(ReadOnlySpan<byte> body, LookupBinding binding, LookupWork work)
    {
        try
        {
            if (!HasNames(body, binding))
                return false;
            ReadBody(body, binding, work);
            return true;
        }
        catch (InvalidOperationException)
        {
            throw V2Text.NoText();
        }
    }

    // Whether the first row, or the object of columns, begins with a name of ours.
    private static bool HasNames(ReadOnlySpan<byte> body, LookupBinding binding)
    {
        var json = new Utf8JsonReader(body, Options);
        if (!json.Read() || json.TokenType is not JsonTokenType.StartObject)
            return false;
        while (json.Read() && json.TokenType is JsonTokenType.PropertyName)
        {
            var isInputs = json.ValueTextEquals("inputs"u8);
            if (!isInputs && !json.ValueTextEquals("instances"u8))
            {
                V2Text.Skip(ref json);
                continue;
            }

            json.Read();
            if (json.TokenType is JsonTokenType.StartArray)
                json.Read();
            else if (!isInputs)
                return false;
            if (json.TokenType is not JsonTokenType.StartObject || !json.Read() || json.TokenType is not JsonTokenType.PropertyName)
                return false;
            var last = -1;
            return binding.Slot(ref json, ref last) is not null || !json.ValueTextEquals(binding.Model.Inputs[0].Name);
        }

        return false;
    }

    private static void ReadBody(ReadOnlySpan<byte> body, LookupBinding binding, LookupWork work)
    {
        var json = new Utf8JsonReader(body, Options);
        json.Read();
        var hasInputs = false;
        while (json.Read() && json.TokenType is JsonTokenType.PropertyName)
        {
            var isInputs = json.ValueTextEquals("inputs"u8);
            if (!isInputs && (hasInputs || !json.ValueTextEquals("instances"u8)))
            {
                V2Text.Skip(ref json);
                continue;
            }

            work.Begin(binding);
            json.Read();
            if (isInputs && json.TokenType is JsonTokenType.StartObject)
                ReadColumns(ref json, body, work);
            else if (json.TokenType is JsonTokenType.StartArray)
                ReadRows(ref json, body, work);
            else
                throw new TensorException(isInputs ? "Expected \"inputs\" to be a list or an object of lists." : "Expected \"instances\" to be a list.");
            hasInputs |= isInputs;
        }

        while (json.Read())
        {
        }
    }

    private static void ReadRows(ref Utf8JsonReader json, ReadOnlySpan<byte> body, LookupWork work)
    {
        var inputs = work.Binding!.Lookup.Inputs.Count;
        scoped Span<int> ofRow = inputs <= 64 ? stackalloc int[inputs] : new int[inputs];
        ofRow.Clear();
        var last = -1;
        while (json.Read() && json.TokenType is not JsonTokenType.EndArray)
        {
            if (json.TokenType is not JsonTokenType.StartObject)
                throw new TensorException($"Instance {work.Rows} must be an object, as those before it are.");
            work.AddRows(1);
            ReadRow(ref json, body, work, ofRow, ref last);
        }

        for (var input = 0; input < inputs; input++)
            work.Input(input).Write(work.Rows == 0 ? "[]"u8 : "]"u8);
    }

    private static void ReadRow(ref Utf8JsonReader json, ReadOnlySpan<byte> body, LookupWork work, scoped Span<int> ofRow, ref int last)
    {
        var (binding, row) = (work.Binding!, work.Rows - 1);
        while (json.Read() && json.TokenType is JsonTokenType.PropertyName)
        {
            var slot = binding.Slot(ref json, ref last) ?? throw Unknown($"Instance {row}", ref json, binding);
            json.Read();
            if (slot.Input >= 0)
            {
                if (ofRow[slot.Input] == work.Rows)
                    throw Twice(row, slot);
                ofRow[slot.Input] = work.Rows;
                Copy(json, body, work.Input(slot.Input));
            }

            if (slot.Column >= 0)
            {
                if (!work.Mark(row, slot.Column))
                    throw Twice(row, slot);
                ReadOne(ref json, work.Given(slot.Column));
            }
            else
            {
                json.Skip();
            }
        }

        for (var input = 0; input < ofRow.Length; input++)
        {
            if (ofRow[input] != work.Rows)
                work.Input(input).Write(row == 0 ? "[null"u8 : ",null"u8);
        }

        work.FillUp();
    }

    private static void ReadColumns(ref Utf8JsonReader json, ReadOnlySpan<byte> body, LookupWork work)
    {
        var binding = work.Binding!;
        var last = -1;
        while (json.Read() && json.TokenType is JsonTokenType.PropertyName)
        {
            var slot = binding.Slot(ref json, ref last) ?? throw Unknown("The request", ref json, binding);
            json.Read();
            if (json.TokenType is not JsonTokenType.StartArray)
                throw new TensorException($"'{slot.Name}' must be a list.");
            if (slot.Input >= 0)
            {
                if (work.Input(slot.Input).WrittenCount > 0)
                    throw new TensorException($"'{slot.Name}' is there twice.");
                Copy(json, body, work.Input(slot.Input), isFirst: null);
            }

            var rows = slot.Column >= 0 ? ReadList(ref json, work.Given(slot.Column)) : Count(ref json);
            if (work.Rows == 0)
                work.AddRows(rows);
            else if (rows != work.Rows)
                throw new TensorException($"'{slot.Name}' has {rows} values, those before it {work.Rows}.");
            for (var row = 0; slot.Column >= 0 && row < rows; row++)
            {
                if (!work.Mark(row, slot.Column))
                    throw new TensorException($"'{slot.Name}' is there twice.");
            }
        }

        work.FillUp();
    }

    private static int ReadList(ref Utf8JsonReader json, Tensor tensor)
    {
        var rows = 0;
        for (; json.Read() && json.TokenType is not JsonTokenType.EndArray; rows++)
            ReadOne(ref json, tensor);
        return rows;
    }

    private static int Count(ref Utf8JsonReader json)
    {
        var rows = 0;
        for (; json.Read() && json.TokenType is not JsonTokenType.EndArray; rows++)
            json.Skip();
        return rows;
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

    private static void Copy(Utf8JsonReader json, ReadOnlySpan<byte> body, ArrayBufferWriter<byte> input) => Copy(json, body, input, input.WrittenCount == 0);

    // As it is written; a list whole, with its brackets, when it is no element.
    private static void Copy(Utf8JsonReader json, ReadOnlySpan<byte> body, ArrayBufferWriter<byte> input, bool? isFirst)
    {
        var start = (int)json.TokenStartIndex;
        json.Skip();
        if (isFirst is { } first)
            input.Write(first ? "["u8 : ","u8);
        input.Write(body[start..(int)json.BytesConsumed]);
    }

    private static TensorException Unknown(string where, ref Utf8JsonReader json, LookupBinding binding) =>
        new($"{where} has '{json.GetString()}', which neither the model nor its features take; {binding.Taken}.");

    private static TensorException Twice(int row, LookupSlot slot) => new($"Instance {row} has '{slot.Name}' twice.");
}
