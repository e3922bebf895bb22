using System.Text.Json.Serialization;

namespace Orrery.Delivery;

/// <summary>JSON that delivery writes for itself.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DeliveryPlan))]
[JsonSerializable(typeof(DeliveryOrder))]
[JsonSerializable(typeof(BuiltRelease))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class DeliveryJson : JsonSerializerContext;

/// <summary>What the job of a delivery is told.</summary>
/// <param name="Id">Of the delivery.</param>
internal sealed record DeliveryOrder(string Id);
