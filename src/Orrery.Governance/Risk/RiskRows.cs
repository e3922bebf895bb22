namespace Orrery.Governance;

/// <summary>Answers as they are kept.</summary>
/// <param name="ModelId">Of the model.</param>
/// <param name="Version">0: of all versions.</param>
/// <param name="Sequence">Counts the changes, from 1.</param>
/// <param name="Questionnaire">Its version.</param>
/// <param name="Answers">All that stand.</param>
/// <param name="Note">Why; null for nothing.</param>
/// <param name="SetBy">Who.</param>
/// <param name="SetAt">Unix milliseconds.</param>
internal sealed record RiskAnswersRow(string ModelId, long Version, long Sequence, string Questionnaire, IReadOnlyDictionary<string, string> Answers, string? Note, string SetBy, long SetAt);

/// <summary>An assessment as it is kept.</summary>
/// <param name="ModelId">Of the model.</param>
/// <param name="Version">Its number.</param>
/// <param name="Environment">Where.</param>
/// <param name="Sequence">From 1; the highest stands.</param>
/// <param name="Assessment">What was found.</param>
internal sealed record RiskAssessmentRow(string ModelId, long Version, string Environment, long Sequence, Contracts.RiskAssessment Assessment);
