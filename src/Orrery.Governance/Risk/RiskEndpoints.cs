using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orrery.Contracts;
using Orrery.Tenancy;

namespace Orrery.Governance;

/// <summary><c>/api/v1/models/{model}/risk</c>.</summary>
internal sealed class RiskEndpoints(RiskQuestions questions, RiskAssessments assessments)
{
    private const string Answers = "/api/v1/models/{model}/risk/answers";
    private const string Version = "/api/v1/models/{model}/risk/versions/{version}/{environment}";
    private const string Tag = "Risk";

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/api/v1/models/{model}/risk/questionnaire", Ask).RequirePermission(Permissions.Read, Permissions.ModelKind).WithTags(Tag).WithName("GetRiskQuestionnaire")
            .WithSummary("What is asked about a model to measure its risk.");
        app.MapGet(Answers, GetAsync).RequirePermission(Permissions.Read, Permissions.ModelKind).WithTags(Tag).WithName("GetRiskAnswers")
            .WithSummary("What was answered about a model, or about one of its versions.");
        app.MapPut(Answers, SetAsync).RequirePermission(Permissions.Assess, Permissions.ModelKind).WithTags(Tag).WithName("SetRiskAnswers")
            .WithSummary("Answers questions about a model, or about one of its versions; those that are not named stay.");
        app.MapGet(Answers + "/history", AnswersAsync).RequirePermission(Permissions.Read, Permissions.ModelKind).WithTags(Tag).WithName("ListRiskAnswers")
            .WithSummary("Answers as they were, newest first.");
        app.MapGet(Version, AssessAsync).RequirePermission(Permissions.Read, Permissions.ModelKind).WithTags(Tag).WithName("AssessRisk")
            .WithSummary("The risk of a version in an environment as it is now, with its evidence; it is kept.");
        app.MapGet(Version + "/history", HistoryAsync).RequirePermission(Permissions.Read, Permissions.ModelKind).WithTags(Tag).WithName("ListRiskAssessments")
            .WithSummary("Assessments of a version in an environment, newest first.");
    }

    private static async Task<Answer<RiskQuestionnaire>> Ask(string model, HttpContext context, RiskQuestions questions, CancellationToken cancel) =>
        (await questions.GetAsync(context.Actor(), Name(model), null, cancel)).Failed(out var unknown, out _) ? unknown : Questionnaire.Current;

    private async Task<Answer<RiskAnswers>> GetAsync(string model, string? version, HttpContext context, CancellationToken cancel) =>
        await questions.GetAsync(context.Actor(), Name(model), version, cancel);

    private async Task<Answer<RiskAnswers>> SetAsync(string model, SetRiskAnswers body, HttpContext context, CancellationToken cancel) =>
        await questions.SetAsync(context.Actor(), Name(model), body, cancel);

    private async Task<Answer<RiskAnswersPage>> AnswersAsync(string model, string? version, int? limit, string? page_token, HttpContext context, CancellationToken cancel) =>
        await questions.HistoryAsync(context.Actor(), Name(model), version, limit, page_token, cancel);

    private async Task<Answer<RiskAssessment>> AssessAsync(string model, string version, string environment, HttpContext context, CancellationToken cancel) =>
        await assessments.AssessAsync(context.Actor(), Name(model), version, environment, cancel);

    private async Task<Answer<RiskAssessmentPage>> HistoryAsync(string model, string version, string environment, int? limit, string? page_token, HttpContext context, CancellationToken cancel) =>
        await assessments.HistoryAsync(context.Actor(), Name(model), version, environment, limit, page_token, cancel);

    // Routing leaves an encoded slash encoded; a model's name may have one.
    internal static string Name(string model) => model.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
}
