using System.Text.Json;

namespace Orrery.Serving;

/// <summary>Reads a JSON array, nested or flat, as a tensor's elements.</summary>
internal static class ArrayJson
{
    /// <summary>Reads from the token that begins the array to the one that ends it. Nesting is not looked at: elements come row-major.</summary>
    /// <exception cref="TensorException">An element is none of the type.</exception>
    public static void ReadFlat(ref Utf8JsonReader json, Tensor tensor, DataType type)
    {
        if (json.TokenType is not JsonTokenType.StartArray)
            throw new TensorException($"The data of '{tensor.Name}' must be a list.");
        for (var depth = 1; depth > 0;)
        {
            if (!json.Read())
                return;
            if (json.TokenType is JsonTokenType.StartArray)
                depth++;
            else if (json.TokenType is JsonTokenType.EndArray)
                depth--;
            else
                NumberJson.Read(ref json, tensor, type);
        }
    }

    /// <summary>Reads a nested array whose nesting gives the shape; <paramref name="shape"/> begins with the sizes that are known already and is added to.</summary>
    /// <exception cref="TensorException">Rows differ in length, or an element is none of the type.</exception>
    public static void ReadNested(ref Utf8JsonReader json, Tensor tensor, DataType type, ref Nesting shape, int level)
    {
        if (json.TokenType is not JsonTokenType.StartArray)
        {
            if (!shape.EndsAt(level))
                throw new TensorException($"'{tensor.Name}' has lists of different depth.");
            NumberJson.Read(ref json, tensor, type);
            return;
        }

        var length = 0L;
        while (json.Read() && json.TokenType is not JsonTokenType.EndArray)
        {
            ReadNested(ref json, tensor, type, ref shape, level + 1);
            length++;
        }

        if (!shape.Has(level, length))
            throw new TensorException($"'{tensor.Name}' has lists of different length: one of {length} where another has {shape.Sizes[level]}.");
    }
}
