using System.Text.Json;
using Orrery.Audit;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Registry;
using Orrery.Storage;
using Orrery.Tenancy;

namespace Orrery.Governance;

/// <summary>Asking for evaluations, looking at them, and ending them.</summary>
internal sealed class Evaluations(Db db, AuditLog audit, Jobs jobs, Packages packages, ModelVersions versions, TimeProvider time)
{
    private const string ObjectKind = "evaluation";

    /// <summary>Asks for one; a job does it. <c>governance.invalid_evaluation</c>, and what the registry refuses.</summary>
    public async ValueTask<Result<Evaluation>> CreateAsync(Actor actor, EvaluationSpec spec, (bool Allowed, ObjectLimits? Limits) sensitive, CancellationToken cancel)
    {
        if (EvaluationRules.Problem(spec) is { } wrong)
            return wrong;
        var seesSmall = await SeesSmallAsync(actor, spec, sensitive, cancel);
        // A small minimum would tell small groups apart after all.
        if (!seesSmall && (spec.MinGroupRows < EvaluationRules.DefaultRows || spec.MinGroupClass < EvaluationRules.DefaultClass))
            return new Failure(FailureKind.Denied, "governance.sensitive_groups", $"Groups of fewer than {EvaluationRules.DefaultRows} rows, or {EvaluationRules.DefaultClass} of a class, need the permission {Permissions.Sensitive}.");
        if ((await packages.GetAsync(actor, spec.Model, spec.Version, cancel)).Failed(out var unknown, out var package))
            return unknown;
        if (spec.Baseline is { } baseline)
        {
            if ((await packages.GetAsync(actor, spec.Model, baseline, cancel)).Failed(out unknown, out var other))
                return unknown;
            if (EvaluationRules.Baseline(package, other) is { } same)
                return same;
        }

        var now = time.GetUtcNow();
        var row = new EvaluationRow
        {
            Workspace = actor.Workspace,
            Id = Guid.CreateVersion7(now).ToString("N"),
            State = EvaluationRow.Queued,
            Spec = spec,
            SeesSmall = seesSmall,
            ModelSha256 = package.Sha256 ?? "",
            JobId = "",
            CreatedBy = actor.Name,
            CreatedAt = now.ToUnixTimeMilliseconds(),
        };
        return await db.WriteAsync<Evaluation>(async session =>
        {
            var job = await jobs.EnqueueAsync(session, actor, EvaluationJob.JobKind, JsonSerializer.Serialize(new(row.Id), EvaluationJson.Default.EvaluationOrder));
            var added = row with { JobId = job.ToString() };
            await EvaluationStore.InsertAsync(session, added);
            await audit.AppendAsync(session, actor, new AuditRecord("evaluation.create", ObjectKind, row.Id)
            {
                Detail = JsonSerializer.Serialize(new SortedDictionary<string, string>(StringComparer.Ordinal) { ["model"] = spec.Model, ["version"] = spec.Version }, EvaluationJson.Default.SortedDictionaryStringString),
            });
            return Document(added, null);
        }, cancel);
    }

    /// <summary>One of them, with its result as anybody may see it; <c>governance.evaluation_not_found</c>.</summary>
    public ValueTask<Result<Evaluation>> GetAsync(Actor actor, string id, CancellationToken cancel) => GetAsync(actor, id, (false, null), cancel);

    /// <summary>One of them, with its result, small groups in it only for those who may see them; <c>governance.evaluation_not_found</c>.</summary>
    /// <param name="actor">Who asks.</param>
    /// <param name="id">Of the evaluation.</param>
    /// <param name="sensitive">Whether the caller has <c>governance.sensitive</c>, and for which models only.</param>
    /// <param name="cancel">Stops waiting.</param>
    public async ValueTask<Result<Evaluation>> GetAsync(Actor actor, string id, (bool Allowed, ObjectLimits? Limits) sensitive, CancellationToken cancel)
    {
        if (await db.ReadAsync(session => EvaluationStore.FindAsync(session, actor.Workspace, id), cancel) is not { } row)
            return NotFound(id);
        if (!await SeesAsync(actor, row, cancel))
            return NotFound(id);
        var job = row.State == EvaluationRow.Queued && JobId.TryParse(row.JobId, null, out var number) ? await jobs.FindAsync(actor, number, cancel) : null;
        var document = Document(row, job);
        return document.Result is { } result && row.SeesSmall && !await SeesSmallAsync(actor, row.Spec, sensitive, cancel) ? document with { Result = EvaluationMask.Of(result, row.Spec) } : document;
    }

    /// <summary>One of them as an HTML page; <c>governance.evaluation_not_found</c>, <c>governance.evaluation_unfinished</c>.</summary>
    public async ValueTask<Result<string>> ReportAsync(Actor actor, string id, (bool Allowed, ObjectLimits? Limits) sensitive, CancellationToken cancel)
    {
        if ((await GetAsync(actor, id, sensitive, cancel)).Failed(out var missing, out var found))
            return missing;
        return found.Result is { } result
            ? EvaluationHtml.Write(found.Spec, found.Id, result)
            : Failure.Conflict("governance.evaluation_unfinished", $"The evaluation {found.Id} has no result: it is {found.State}.");
    }

    /// <summary>One page, newest first, without results; <c>governance.invalid_limit</c>, <c>governance.invalid_page_token</c>.</summary>
    public async ValueTask<Result<EvaluationPage>> ListAsync(Actor actor, string? model, string? version, int? limit, string? token, CancellationToken cancel)
    {
        if (Listings.LimitProblem(limit, "governance") is { } wrong)
            return wrong;
        if (Listings.After(token, "governance.invalid_page_token").Failed(out var notOurs, out var before))
            return notOurs;
        var size = limit ?? Listings.DefaultLimit;
        var found = await db.ReadAsync(session => EvaluationStore.ListAsync(session, actor.Workspace, model, version, before.Length > 0 ? before : "~", size + 1), cancel);
        var page = Listings.Cut(found, size, static row => PageToken.Encode(row.Id));
        var seen = new List<Evaluation>();
        foreach (var row in page.Items)
        {
            if (await SeesAsync(actor, row, cancel))
                seen.Add(Document(row, null));
        }

        return new EvaluationPage { Evaluations = seen, NextPageToken = page.NextToken };
    }

    /// <summary>Ends it; <c>governance.evaluation_not_found</c>, <c>governance.evaluation_finished</c>.</summary>
    public async ValueTask<Result<Evaluation>> CancelAsync(Actor actor, string id, CancellationToken cancel)
    {
        if ((await GetAsync(actor, id, cancel)).Failed(out var missing, out _))
            return missing;
        return await EndAsync(actor, id, cancel);
    }

    // Those who may see some models only do not see others' evaluations.
    private async ValueTask<bool> SeesAsync(Actor actor, EvaluationRow row, CancellationToken cancel) =>
        actor.Limits is null || (await versions.GetAsync(actor, row.Spec.Model, row.Spec.Version, cancel)).Succeeded;

    // A right to one model's small groups is none to another's.
    private async ValueTask<bool> SeesSmallAsync(Actor actor, EvaluationSpec spec, (bool Allowed, ObjectLimits? Limits) sensitive, CancellationToken cancel)
    {
        if (!sensitive.Allowed || sensitive.Limits is not { } limits)
            return sensitive.Allowed;
        return !(await versions.GetAsync(actor, spec.Model, spec.Version, cancel)).Failed(out _, out var version) && limits.Ids.Contains(version.ModelId);
    }

    private ValueTask<Result<Evaluation>> EndAsync(Actor actor, string id, CancellationToken cancel) => db.WriteAsync<Evaluation>(async session =>
    {
        if (await EvaluationStore.FindAsync(session, actor.Workspace, id) is not { } row)
            return NotFound(id);
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        if (!await EvaluationStore.EndAsync(session, row, EvaluationRow.Cancelled, null, now))
            return Failure.Conflict("governance.evaluation_finished", $"The evaluation {id} has ended: it has {row.State}.");
        // A job that has ended by itself is no matter.
        await jobs.CancelAsync(session, actor, JobId.Parse(row.JobId, null));
        await audit.AppendAsync(session, actor, new AuditRecord("evaluation.cancel", ObjectKind, id));
        return Document(row with { State = EvaluationRow.Cancelled, FinishedAt = now }, null);
    }, cancel);

    private static Failure NotFound(string id) => Failure.NotFound("governance.evaluation_not_found", $"There is no evaluation {(id.Length > 100 ? id[..100] : id)}.");

    private static Evaluation Document(EvaluationRow row, Storage.Job? job) => new()
    {
        Id = row.Id,
        State = job?.State switch
        {
            Storage.JobState.Running => EvaluationRow.Running,
            Storage.JobState.Failed => EvaluationRow.Failed,
            Storage.JobState.Cancelled => EvaluationRow.Cancelled,
            _ => row.State,
        },
        Spec = row.Spec,
        ModelSha256 = row.ModelSha256,
        DataSha256 = row.DataSha256,
        ResultSha256 = row.ResultSha256,
        Passed = row.Passed,
        Progress = row.State == EvaluationRow.Succeeded ? 1 : job?.Progress ?? 0,
        Message = job?.Message,
        Result = row.Result is { } result ? JsonSerializer.Deserialize(result, OrreryJson.TypeOf<EvaluationResult>()) : null,
        ErrorCode = row.ErrorCode ?? job?.ErrorCode,
        Error = row.Error ?? job?.Error,
        JobId = row.JobId,
        CreatedBy = row.CreatedBy,
        CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(row.CreatedAt),
        FinishedAt = row.FinishedAt is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null,
    };
}
