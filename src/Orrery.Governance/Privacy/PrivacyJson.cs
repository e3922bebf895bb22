using System.Text.Json.Serialization;

namespace Orrery.Governance;

/// <summary>JSON that privacy writes by itself.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(PiiScanOrder))]
internal sealed partial class PrivacyJson : JsonSerializerContext;

/// <summary>What the job of a scan is told.</summary>
/// <param name="Id">Of the scan.</param>
internal sealed record PiiScanOrder(string Id);
