using System.Text.Json.Serialization;

namespace Orrery.Governance;

/// <summary>JSON that privacy writes by itself.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(PiiScanOrder))]
[JsonSerializable(typeof(ErasureOrder))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
internal sealed partial class PrivacyJson : JsonSerializerContext;

/// <summary>What the job of a scan is told.</summary>
/// <param name="Id">Of the scan.</param>
internal sealed record PiiScanOrder(string Id);

/// <summary>What the job of an erasure is told.</summary>
/// <param name="Id">Of the erasure.</param>
internal sealed record ErasureOrder(string Id);
