using System.Text.Json;
using System.Text.Json.Serialization;

namespace Orrery.Governance;

/// <summary>JSON that risk writes by itself.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(RiskOrder))]
[JsonSerializable(typeof(RiskRaised))]
[JsonSerializable(typeof(RiskBasis))]
[JsonSerializable(typeof(SortedDictionary<string, string>))]
internal sealed partial class RiskJson : JsonSerializerContext
{
    /// <summary>Answers by question, in the order of ids.</summary>
    public static string Write(IReadOnlyDictionary<string, string> answers) =>
        JsonSerializer.Serialize(new SortedDictionary<string, string>(answers.ToDictionary(), StringComparer.Ordinal), Default.SortedDictionaryStringString);

    /// <summary>Answers as they were written.</summary>
    public static IReadOnlyDictionary<string, string> ReadAnswers(string text) => JsonSerializer.Deserialize(text, Default.SortedDictionaryStringString)!;
}

/// <summary>What the job of risk is told.</summary>
/// <param name="ModelId">Whose assessments are made anew; null for all of the workspace.</param>
internal sealed record RiskOrder(string? ModelId);

/// <summary>Payload of <c>risk.raised</c>.</summary>
/// <param name="Model">Registered model.</param>
/// <param name="Version">Its version's number.</param>
/// <param name="Environment">Where.</param>
/// <param name="From">The tier before.</param>
/// <param name="To">The tier now.</param>
/// <param name="Triggers">What asks for people now and did not before.</param>
/// <param name="Sha256">Of the assessment.</param>
internal sealed record RiskRaised(string Model, string Version, string Environment, string From, string To, IReadOnlyList<string> Triggers, string Sha256);

/// <summary>All that an assessment is computed from; its SHA-256 names the assessment.</summary>
/// <param name="Questionnaire">Version of the questions.</param>
/// <param name="ModelId">Of the model.</param>
/// <param name="Version">Its number.</param>
/// <param name="Environment">Where.</param>
/// <param name="Dimensions">With their evidence.</param>
/// <param name="Triggers">With their reasons.</param>
internal sealed record RiskBasis(
    string Questionnaire, string ModelId, long Version, string Environment, IReadOnlyList<Contracts.RiskDimension> Dimensions, IReadOnlyList<Contracts.RiskTrigger> Triggers);
