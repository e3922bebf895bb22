using System.Text.Json.Serialization;

namespace Orrery.Governance;

/// <summary>JSON that compliance reads and writes by itself.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(RegulationsDocument))]
[JsonSerializable(typeof(ReportOrder))]
internal sealed partial class ComplianceJson : JsonSerializerContext;

/// <summary>What the job of a report is told.</summary>
/// <param name="Id">Of the report.</param>
internal sealed record ReportOrder(string Id);
