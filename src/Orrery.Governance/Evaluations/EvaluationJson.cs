using System.Text.Json.Serialization;

namespace Orrery.Governance;

/// <summary>JSON of evaluations' jobs.</summary>
[JsonSerializable(typeof(EvaluationOrder))]
[JsonSerializable(typeof(SortedDictionary<string, string>))]
internal sealed partial class EvaluationJson : JsonSerializerContext;

/// <summary>What a job is to do.</summary>
/// <param name="Evaluation">Id.</param>
internal sealed record EvaluationOrder(string Evaluation);
