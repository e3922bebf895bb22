using System.Text.Json.Nodes;
using Orrery.Registry;

namespace Orrery.Serving;

/// <summary>What a Python model takes, from its signature, or else from what it says of itself.</summary>
internal static class PythonColumns
{
    /// <summary>Name of the only input of models that do not name it.</summary>
    private const string Input = "input";

    /// <summary>The signature's columns; empty when it is of tensors, or there is none.</summary>
    public static IReadOnlyList<PythonColumn> Read(PackageDocument document) =>
        SignatureColumns.Names(document) is { Count: > 0 } names
            ? [.. names.Select((name, index) => new PythonColumn(name, Text(document.Inputs![index]!["type"]) ?? "double"))]
            : [];

    /// <summary>The declaration of a loaded model.</summary>
    public static ModelDeclaration Declare(string platform, PackageDocument document, PythonReady ready)
    {
        ModelTensor[] outputs = [.. ready.Outputs.Select(static output => new ModelTensor(output.Name, output.Type, output.Shape))];
        var columns = Read(document);
        if (columns.Count == 0)
            return new(platform, Tensors(document) ?? [new(Input, DataType.FP64, [-1, ready.Features > 0 ? ready.Features : -1])], outputs, Names(ready));
        DataType[] types = [.. columns.Select(Type)];
        string[] names = [.. columns.Select(static column => column.Name)];
        return types.Length == 1 || (types.All(type => type == types[0]) && types[0] is not (DataType.BYTES or DataType.BOOL))
            ? new(platform, [new(Input, types[0], [-1, types.Length])], outputs, names)
            : new(platform, [.. columns.Select((column, index) => new ModelTensor(column.Name, types[index], [-1]))], outputs, names);
    }

    private static IReadOnlyList<string> Names(PythonReady ready) => ready.Names.Count == ready.Features ? ready.Names : [];

    private static DataType Type(PythonColumn column) => column.Type switch
    {
        "boolean" => DataType.BOOL,
        "integer" => DataType.INT32,
        "long" => DataType.INT64,
        "float" => DataType.FP32,
        "double" => DataType.FP64,
        "string" or "binary" or "datetime" => DataType.BYTES,
        _ => throw new ModelException($"Column '{column.Name}' of the signature is of the type '{column.Type}', which cannot be served."),
    };

    private static ModelTensor[]? Tensors(PackageDocument document)
    {
        if (document.Inputs is not JsonArray { Count: > 0 } inputs)
            return null;
        var tensors = new List<ModelTensor>(inputs.Count);
        foreach (var input in inputs)
        {
            if (input is not JsonObject one || one["tensor-spec"] is not JsonObject spec || spec["shape"] is not JsonArray shape)
                return null;
            var type = TensorType(Text(spec["dtype"]));
            tensors.Add(new(Text(one["name"]) ?? Input, type, [.. shape.Select(static size => (long)size!)]));
        }

        return [.. tensors];
    }

    private static DataType TensorType(string? name) => name switch
    {
        "float64" => DataType.FP64,
        "float32" => DataType.FP32,
        "float16" => DataType.FP16,
        "int64" => DataType.INT64,
        "int32" => DataType.INT32,
        "int16" => DataType.INT16,
        "int8" => DataType.INT8,
        "uint8" => DataType.UINT8,
        "uint16" => DataType.UINT16,
        "uint32" => DataType.UINT32,
        "uint64" => DataType.UINT64,
        "bool" => DataType.BOOL,
        "object" or "str" => DataType.BYTES,
        _ => throw new ModelException($"The signature has a tensor of the type '{name}', which cannot be served."),
    };

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
