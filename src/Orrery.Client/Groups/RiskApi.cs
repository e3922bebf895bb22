using Orrery.Contracts;

namespace Orrery.Client;

/// <summary>Calls on the risk of models. Native: an MLflow server answers 404.</summary>
public sealed class RiskApi
{
    private readonly Wire _wire;

    internal RiskApi(Wire wire) => _wire = wire;

    /// <summary>What is asked about a model.</summary>
    public Task<RiskQuestionnaire> QuestionnaireAsync(string model, CancellationToken cancel = default) => _wire.GetNativeAsync<RiskQuestionnaire>(Path(model) + "/questionnaire", cancel);

    /// <summary>The answers that stand about a model, or a version of it.</summary>
    public Task<RiskAnswers> AnswersAsync(string model, string? version, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<RiskAnswers>(new Query(Path(model) + "/answers").With("version", version), cancel);

    /// <summary>Answers questions; 400 <c>governance.invalid_risk_answers</c>.</summary>
    public Task<RiskAnswers> AnswerAsync(string model, SetRiskAnswers answers, CancellationToken cancel = default) =>
        _wire.NativeAsync<SetRiskAnswers, RiskAnswers>(Path(model) + "/answers", answers, Repeat.Always, cancel, HttpMethod.Put);

    /// <summary>One page of answers as they were, newest first.</summary>
    public Task<RiskAnswersPage> AnswersPageAsync(string model, string? version, int? limit, string? pageToken, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<RiskAnswersPage>(new Query(Path(model) + "/answers/history").With("version", version).With("limit", limit).With("page_token", pageToken), cancel);

    /// <summary>The risk of a version in an environment, as it is now.</summary>
    public Task<RiskAssessment> AssessAsync(string model, string version, string environment, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<RiskAssessment>(Path(model, version, environment), cancel);

    /// <summary>The conditions of automatic approval, each as it stands.</summary>
    public Task<AutomaticCheckList> ChecksAsync(string model, string version, string environment, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<AutomaticCheckList>(Path(model, version, environment) + "/checks", cancel);

    /// <summary>One page of assessments, newest first.</summary>
    public Task<RiskAssessmentPage> HistoryPageAsync(string model, string version, string environment, int? limit, string? pageToken, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<RiskAssessmentPage>(new Query(Path(model, version, environment) + "/history").With("limit", limit).With("page_token", pageToken), cancel);

    private static string Path(string model) => $"models/{Uri.EscapeDataString(model)}/risk";

    private static string Path(string model, string version, string environment) => $"{Path(model)}/versions/{Uri.EscapeDataString(version)}/{Uri.EscapeDataString(environment)}";
}
