using System.Text.Json;

namespace Orrery.Serving;

/// <summary>Reads <c>{"inputs": {"column": [...], ...}}</c>: a list for each of the model's inputs, or for each column of its only one.</summary>
internal static class V1Columns
{
    public static void Read(ref Utf8JsonReader json, ModelDeclaration model, InferenceCall call)
    {
        while (json.Read() && json.TokenType is JsonTokenType.PropertyName)
        {
            var name = json.GetString()!;
            var declared = model.Inputs.FirstOrDefault(input => input.Name == name)
                ?? throw new TensorException($"The model has no input '{name}'; it has {string.Join(", ", model.Inputs.Select(static input => input.Name))}.") { IsOfColumns = true };
            if (call.Inputs.Find(name) is not null)
                throw new TensorException($"Input '{name}' is there twice.");
            var tensor = call.Inputs.Add();
            (tensor.Name, tensor.Type) = (name, declared.Type);
            json.Read();
            if (json.TokenType is not JsonTokenType.StartArray)
                throw new TensorException($"Input '{name}' must be a list.");
            var shape = Nesting.Unknown;
            ArrayJson.ReadNested(ref json, tensor, tensor.Type, ref shape, level: 0);
            long[] sizes = [.. shape.Sizes];
            tensor.SetShape(declared.Shape.Count == sizes.Length + 1 ? [.. sizes, 1] : sizes);
        }
    }
}
