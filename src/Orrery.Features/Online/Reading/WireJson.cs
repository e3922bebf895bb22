using System.Text.Json.Serialization;

namespace Orrery.Features;

/// <summary>Generated JSON of plain types.</summary>
[JsonSerializable(typeof(string))]
internal sealed partial class WireJson : JsonSerializerContext;
