using System.Text.Json.Serialization;
using Orrery.Contracts;

namespace Orrery.Delivery;

/// <summary>JSON that migrations write for themselves.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IReadOnlyList<MigrationEvidence>))]
[JsonSerializable(typeof(MigrationQuestion))]
[JsonSerializable(typeof(MigrationOrder))]
[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class ChecklistJson : JsonSerializerContext;
