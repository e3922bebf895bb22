using System.Text.Json.Serialization;

namespace Orrery.Tracking;

/// <summary>A key and its value: a parameter or a tag.</summary>
/// <param name="Key">As it was logged.</param>
/// <param name="Value">Text; may be empty.</param>
public readonly record struct Pair(string Key, string Value);

[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(string[][]))]
internal sealed partial class MlflowJson : JsonSerializerContext;
