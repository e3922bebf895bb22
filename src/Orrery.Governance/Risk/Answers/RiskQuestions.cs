using System.Text.Json;
using Orrery.Audit;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Registry;
using Orrery.Storage;
using Orrery.Tenancy;
using RegisteredModel = Orrery.Registry.RegisteredModel;

namespace Orrery.Governance;

/// <summary>What was answered about the risk of models. Every change is kept.</summary>
internal sealed class RiskQuestions(Db db, RegisteredModels models, ModelVersions versions, Jobs jobs, AuditLog audit, TimeProvider time)
{
    private const int LongestNote = 2000;
    private const int MostAnswers = 100;

    /// <summary>The answers that stand about a model, or about a version, which has its model's where it has none of its own; what the registry refuses.</summary>
    public async ValueTask<Result<RiskAnswers>> GetAsync(Actor actor, string model, string? version, CancellationToken cancel)
    {
        if ((await FindAsync(actor, model, version, cancel)).Failed(out var unknown, out var found))
            return unknown;
        var rows = await db.ReadAsync(session => RiskStore.StandingAnswersAsync(session, actor.Workspace, found.Model.Id, found.Version), cancel);
        var answers = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (question, answer) in rows.SelectMany(static row => row.Answers))
            answers[question] = answer;
        var last = rows.LastOrDefault();
        return Wire(found.Model.Name, last ?? new(found.Model.Id, found.Version, 0, Questionnaire.Current.Version, answers, null, "", 0)) with
        {
            Version = found.Version == 0 ? null : version,
            Answers = answers,
            Unanswered = Unanswered(answers),
        };
    }

    /// <summary>Sets answers; those that are not named stay. <c>governance.invalid_risk_answers</c>, and what the registry refuses.</summary>
    public async ValueTask<Result<RiskAnswers>> SetAsync(Actor actor, string model, SetRiskAnswers asked, CancellationToken cancel)
    {
        if (Problem(asked) is { } wrong)
            return Failure.Invalid("governance.invalid_risk_answers", wrong);
        if ((await FindAsync(actor, model, asked.Version, cancel)).Failed(out var unknown, out var found))
            return unknown;
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var written = await db.WriteAsync<Done>(async session =>
        {
            var standing = (await RiskStore.AnswersAsync(session, actor.Workspace, found.Model.Id, found.Version, long.MaxValue, 1)).FirstOrDefault();
            var answers = new SortedDictionary<string, string>(standing?.Answers.ToDictionary() ?? [], StringComparer.Ordinal);
            foreach (var (question, answer) in asked.Answers)
            {
                if (answer.Length == 0)
                    answers.Remove(question);
                else
                    answers[question] = answer;
            }

            if (standing is not null && standing.Questionnaire == Questionnaire.Current.Version && RiskJson.Write(standing.Answers) == RiskJson.Write(answers))
                return Done.Ok;
            var row = new RiskAnswersRow(found.Model.Id, found.Version, (standing?.Sequence ?? 0) + 1, Questionnaire.Current.Version, answers, asked.Note, actor.Name, now);
            if (!await RiskStore.AddAsync(session, actor.Workspace, row))
                return Failure.Conflict("governance.risk_changed", "Somebody else answered meanwhile; look at the answers and answer again.");
            await audit.AppendAsync(session, actor, new AuditRecord("risk.answer", "model", found.Version == 0 ? found.Model.Name : $"{found.Model.Name}/{found.Version}")
            {
                Detail = RiskJson.Write(answers),
            });
            await jobs.EnqueueAsync(session, actor with { Limits = null }, RiskJob.JobKind, JsonSerializer.Serialize(new RiskOrder(found.Model.Id), RiskJson.Default.RiskOrder));
            return Done.Ok;
        }, cancel);
        return written.Failure is { } failed ? failed : await GetAsync(actor, model, asked.Version, cancel);
    }

    /// <summary>Answers as they were, newest first; <c>governance.invalid_limit</c>, <c>governance.invalid_page_token</c>, and what the registry refuses.</summary>
    public async ValueTask<Result<RiskAnswersPage>> HistoryAsync(Actor actor, string model, string? version, int? limit, string? token, CancellationToken cancel)
    {
        if (Listings.LimitProblem(limit, "governance") is { } wrong)
            return wrong;
        var before = long.MaxValue;
        if (!string.IsNullOrEmpty(token))
        {
            if (PageToken.Decode(token, 1) is not [long last])
                return Listings.NotOurs("governance.invalid_page_token");
            before = last;
        }

        if ((await FindAsync(actor, model, version, cancel)).Failed(out var unknown, out var found))
            return unknown;
        var size = limit ?? Listings.DefaultLimit;
        var rows = await db.ReadAsync(session => RiskStore.AnswersAsync(session, actor.Workspace, found.Model.Id, found.Version, before, size + 1), cancel);
        var page = Listings.Cut(rows, size, static row => PageToken.Encode(row.Sequence));
        return new RiskAnswersPage { Answers = [.. page.Items.Select(row => Wire(found.Model.Name, row))], NextPageToken = page.NextToken };
    }

    private static string? Problem(SetRiskAnswers asked) =>
        asked.Answers.Count == 0 ? $"There are no 'answers'; there are the questions {string.Join(", ", Questionnaire.ById.Keys)}."
        : asked.Answers.Count > MostAnswers ? $"There are {asked.Answers.Count} answers; at most {MostAnswers}."
        : asked.Note?.Length > LongestNote ? $"'note' may have {LongestNote} characters."
        : Questionnaire.Problem(asked.Answers);

    private static IReadOnlyList<string> Unanswered(IReadOnlyDictionary<string, string> answers) =>
        [.. Questionnaire.Current.Questions.Where(question => answers.GetValueOrDefault(question.Id) is not { } answer || Questionnaire.Find(question, answer) is null).Select(static one => one.Id)];

    private static RiskAnswers Wire(string model, RiskAnswersRow row) => new()
    {
        Model = model,
        Version = row.Version == 0 ? null : row.Version.ToString(System.Globalization.CultureInfo.InvariantCulture),
        Sequence = row.Sequence,
        Questionnaire = row.Questionnaire,
        Answers = row.Answers,
        Unanswered = Unanswered(row.Answers),
        Note = row.Note,
        SetBy = row.Sequence == 0 ? null : row.SetBy,
        SetAt = row.Sequence == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.SetAt),
    };

    private async ValueTask<Result<(RegisteredModel Model, long Version)>> FindAsync(Actor actor, string model, string? version, CancellationToken cancel)
    {
        if ((await models.FindAsync(actor, model, cancel)).Failed(out var unknown, out var found))
            return unknown;
        // Who has rights on some models only.
        if (actor.Limits is { } limits && !limits.Ids.Contains(found.Id))
            return RegisteredModels.NotFound(model);
        if (version is null)
            return (found, 0L);
        return (await versions.GetAsync(actor, model, version, cancel)).Then<(RegisteredModel, long)>(one => (found, one.Version));
    }
}
