using System.Text.Json.Serialization;

namespace Orrery.Governance;

/// <summary>JSON that explanations write by themselves.</summary>
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(double))]
[JsonSerializable(typeof(ExplanationOrder))]
[JsonSerializable(typeof(SortedDictionary<string, string>))]
internal sealed partial class ExplanationJson : JsonSerializerContext;

/// <summary>What the job of a report is told.</summary>
/// <param name="Id">Of the report.</param>
internal sealed record ExplanationOrder(string Id);
