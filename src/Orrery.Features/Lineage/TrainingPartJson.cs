using System.Text.Json.Serialization;

namespace Orrery.Features;

[JsonSerializable(typeof(IReadOnlyList<string>))]
internal sealed partial class TrainingPartJson : JsonSerializerContext;
