using System.Text.Json;
using Orrery.Audit;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Registry;
using Orrery.Storage;
using Orrery.Tenancy;

namespace Orrery.Governance;

/// <summary>The risk of versions in environments: measured from answers and from what is known, kept with its evidence.</summary>
public sealed class RiskAssessments
{
    /// <summary>Event: a standing assessment has risen to a higher tier, or got a trigger that it had not; payload <c>model</c>, <c>version</c>, <c>environment</c>, <c>from</c>, <c>to</c>, <c>triggers</c>, <c>sha256</c>.</summary>
    public const string Raised = "risk.raised";

    private const int Attempts = 5;
    private readonly Db _db;
    private readonly RegisteredModels _models;
    private readonly ModelVersions _versions;
    private readonly RiskFacts _facts;
    private readonly Outbox _outbox;
    private readonly AuditLog _audit;
    private readonly TimeProvider _time;

    internal RiskAssessments(Db db, RegisteredModels models, ModelVersions versions, RiskFacts facts, Outbox outbox, AuditLog audit, TimeProvider time) =>
        (_db, _models, _versions, _facts, _outbox, _audit, _time) = (db, models, versions, facts, outbox, audit, time);

    /// <summary>
    /// Measures the risk of a version in an environment as it is now and keeps it; the same facts as at the last time give the assessment that stands.
    /// <c>governance.invalid_environment</c>, and what the registry refuses.
    /// </summary>
    /// <param name="actor">Who asks, and in which workspace.</param>
    /// <param name="model">Registered model.</param>
    /// <param name="version">Its version's number.</param>
    /// <param name="environment">Where it is to be.</param>
    /// <param name="cancel">Stops waiting.</param>
    public ValueTask<Result<RiskAssessment>> AssessAsync(Actor actor, string model, string version, string environment, CancellationToken cancel) =>
        AssessOneAsync(actor, model, version, environment, new(), cancel);

    /// <summary>The same for who assesses many: what was found of a model and what it is asked is not looked for anew for each of its versions.</summary>
    internal async ValueTask<Result<RiskAssessment>> AssessOneAsync(Actor actor, string model, string version, string environment, RiskLooks looks, CancellationToken cancel)
    {
        if ((await SubjectAsync(actor, model, version, environment, cancel)).Failed(out var unknown, out var subject))
            return unknown;
        return await AssessAsync(subject, looks, cancel);
    }

    /// <summary>The same of a version that was found already.</summary>
    internal async ValueTask<Result<RiskAssessment>> AssessAsync(RiskSubject subject, RiskLooks looks, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            var (standing, made) = await MeasureAsync(subject, looks, cancel);
            if (standing?.Sha256 == made.Sha256)
                return standing;
            var kept = await KeepAsync(subject, made, cancel);
            if (kept.Failure is not { Code: "governance.risk_changed" } || attempt == Attempts)
                return kept;
        }
    }

    /// <summary>Assessments of a version in an environment, newest first; <c>governance.invalid_limit</c>, <c>governance.invalid_page_token</c>, and as <see cref="AssessAsync(Actor, string, string, string, CancellationToken)"/>.</summary>
    /// <param name="actor">Who asks, and in which workspace.</param>
    /// <param name="model">Registered model.</param>
    /// <param name="version">Its version's number.</param>
    /// <param name="environment">Where.</param>
    /// <param name="limit">Length of the page, 1 to 1000; null for 100.</param>
    /// <param name="token">Of the page before.</param>
    /// <param name="cancel">Stops waiting.</param>
    public async ValueTask<Result<RiskAssessmentPage>> HistoryAsync(Actor actor, string model, string version, string environment, int? limit, string? token, CancellationToken cancel)
    {
        if (Listings.LimitProblem(limit, "governance") is { } wrong)
            return wrong;
        if ((await SubjectAsync(actor, model, version, environment, cancel)).Failed(out var unknown, out var subject))
            return unknown;
        var before = long.MaxValue;
        if (!string.IsNullOrEmpty(token))
        {
            if (PageToken.Decode(token, 1) is not [long last])
                return Listings.NotOurs("governance.invalid_page_token");
            before = last;
        }

        var size = limit ?? Listings.DefaultLimit;
        var rows = await _db.ReadAsync(session => RiskStore.AssessmentsAsync(session, actor.Workspace, subject.Model.Id, subject.Version.Version, environment, before, size + 1), cancel);
        var page = Listings.Cut(rows, size, static row => PageToken.Encode(row.Sequence));
        return new RiskAssessmentPage { Assessments = [.. page.Items.Select(static row => row.Assessment)], NextPageToken = page.NextToken };
    }

    /// <summary>What is judged: a version that the caller may see, in an environment that could be one.</summary>
    internal async ValueTask<Result<RiskSubject>> SubjectAsync(Actor actor, string model, string version, string environment, CancellationToken cancel)
    {
        if (environment.Length is 0 or > 63 || !environment.All(static one => char.IsAsciiLetterLower(one) || char.IsAsciiDigit(one) || one is '-'))
            return Failure.Invalid("governance.invalid_environment", $"The environment is '{(environment.Length > 63 ? environment[..63] : environment)}'; it must be up to 63 lower-case letters, digits and dashes, as production.");
        if ((await _models.FindAsync(actor, model, cancel)).Failed(out var unknown, out var found))
            return unknown;
        // Who has rights on some models only.
        if (actor.Limits is { } limits && !limits.Ids.Contains(found.Id))
            return RegisteredModels.NotFound(model);
        return (await _versions.GetAsync(actor, model, version, cancel)).Then<RiskSubject>(one => new RiskSubject(actor, found, one, environment));
    }

    /// <summary>The answers that stand about a version: its own before its model's.</summary>
    internal async ValueTask<IReadOnlyDictionary<string, string>> AnswersAsync(RiskSubject subject, CancellationToken cancel)
    {
        var answers = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var row in await _db.ReadAsync(session => RiskStore.StandingAnswersAsync(session, subject.Actor.Workspace, subject.Model.Id, subject.Version.Version), cancel))
        {
            foreach (var (question, answer) in row.Answers)
                answers[question] = answer;
        }

        return answers;
    }

    private async ValueTask<(RiskAssessment? Standing, RiskAssessment Made)> MeasureAsync(RiskSubject subject, RiskLooks looks, CancellationToken cancel)
    {
        var answers = await AnswersAsync(subject, cancel);
        var standing = (await _db.ReadAsync(session => StandingAsync(session, subject), cancel))?.Assessment;
        var known = await _facts.FindAsync(subject, standing, looks, cancel);
        var dimensions = RiskScore.Measure(answers, known);
        var triggers = RiskScore.Trigger(answers, known);
        var score = dimensions.Sum(static one => one.Score);
        return (standing, new()
        {
            Model = subject.Model.Name,
            Version = subject.Number,
            Environment = subject.Environment,
            Score = score,
            // What the law prohibits is no matter of points.
            Tier = RiskScore.Prohibited(answers) is null ? RiskScore.Tier(score) : RiskScore.High,
            Dimensions = dimensions,
            Triggers = triggers,
            Sha256 = RiskScore.Hash(new(Questionnaire.Current.Version, subject.Model.Id, subject.Version.Version, subject.Environment, dimensions, triggers)),
            At = _time.GetUtcNow(),
        });
    }

    private static async ValueTask<RiskAssessmentRow?> StandingAsync(DbSession session, RiskSubject subject) =>
        await RiskStore.AssessmentsAsync(session, subject.Actor.Workspace, subject.Model.Id, subject.Version.Version, subject.Environment, long.MaxValue, 1) is [var row] ? row : null;

    private ValueTask<Result<RiskAssessment>> KeepAsync(RiskSubject subject, RiskAssessment made, CancellationToken cancel) => _db.WriteAsync<RiskAssessment>(async session =>
    {
        var (actor, id, number) = (subject.Actor, subject.Model.Id, subject.Version.Version);
        var standing = await StandingAsync(session, subject);
        if (standing?.Assessment.Sha256 == made.Sha256)
            return standing.Assessment;
        if (!await RiskStore.AddAsync(session, actor, new(id, number, subject.Environment, (standing?.Sequence ?? 0) + 1, made)))
            return Failure.Conflict("governance.risk_changed", "The risk was assessed by another request meanwhile; ask again.");
        await _audit.AppendAsync(session, actor, new AuditRecord("risk.assess", "model", $"{made.Model}/{made.Version}")
        {
            Detail = new System.Text.Json.Nodes.JsonObject { ["environment"] = made.Environment, ["score"] = made.Score, ["tier"] = made.Tier }.ToJsonString(),
            After = Convert.FromHexString(made.Sha256),
        });
        if (standing is { Assessment: var before } && RiskScore.IsRaised(before, made))
        {
            var raised = new RiskRaised(made.Model, made.Version, made.Environment, before.Tier, made.Tier, RiskScore.NewTriggers(before, made), made.Sha256);
            _outbox.Append(session, actor, Raised, JsonSerializer.Serialize(raised, RiskJson.Default.RiskRaised));
        }

        return made;
    }, cancel);
}
