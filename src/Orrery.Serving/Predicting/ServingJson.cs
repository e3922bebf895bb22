using System.Text.Json.Serialization;

namespace Orrery.Serving;

/// <summary>Generated JSON of plain types.</summary>
[JsonSerializable(typeof(string))]
internal sealed partial class ServingJson : JsonSerializerContext;
