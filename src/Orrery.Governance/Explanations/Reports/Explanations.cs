using System.Globalization;
using System.Text.Json;
using Orrery.Audit;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Registry;
using Orrery.Storage;
using Orrery.Tenancy;
using Job = Orrery.Storage.Job;
using JobState = Orrery.Storage.JobState;

namespace Orrery.Governance;

/// <summary>Asking for explanation reports, looking at them, and computing them again.</summary>
internal sealed class Explanations(Db db, AuditLog audit, Jobs jobs, Packages packages, ExplanationRun run, RequestSlots slots, TimeProvider time)
{
    public const string ObjectKind = "explanation";

    /// <summary>Begins one; a job makes it. <c>governance.invalid_explanation</c>, and what the registry refuses.</summary>
    public async ValueTask<Result<ExplanationReport>> CreateAsync(Actor actor, ExplanationSpec spec, CancellationToken cancel)
    {
        if (ExplanationRules.Problem(spec) is { } wrong)
            return wrong;
        if ((await packages.GetAsync(actor, spec.Model, spec.Version, cancel)).Failed(out var unknown, out var package))
            return unknown;
        var now = time.GetUtcNow();
        var id = Guid.CreateVersion7(now).ToString("N");
        return await db.WriteAsync<ExplanationReport>(async session =>
        {
            var row = new ExplanationRow
            {
                Workspace = actor.Workspace,
                Id = id,
                Model = package.Name,
                Version = package.Version,
                State = ExplanationRow.Running,
                Spec = spec,
                JobId = (await jobs.EnqueueAsync(session, actor, ExplanationJob.JobKind, JsonSerializer.Serialize(new(id), ExplanationJson.Default.ExplanationOrder))).ToString(),
                CreatedBy = actor.Name,
                CreatedAt = now.ToUnixTimeMilliseconds(),
            };
            await ExplanationStore.InsertAsync(session, row);
            await audit.AppendAsync(session, actor, new AuditRecord("explanation.create", ObjectKind, id)
            {
                Detail = JsonSerializer.Serialize(
                    new SortedDictionary<string, string>(StringComparer.Ordinal) { ["model"] = row.Model, ["version"] = row.Version.ToString(CultureInfo.InvariantCulture) },
                    ExplanationJson.Default.SortedDictionaryStringString),
            });
            return Document(row, null, withResult: false, withRows: false);
        }, cancel);
    }

    /// <summary>One of them; <c>governance.explanation_not_found</c>.</summary>
    public async ValueTask<Result<ExplanationReport>> GetAsync(Actor actor, string id, bool withRows, CancellationToken cancel) =>
        await db.ReadAsync(session => ExplanationStore.FindAsync(session, actor.Workspace, id), cancel) is { } row
            ? Document(row, await JobAsync(actor, row, cancel), withResult: true, withRows)
            : NotFound(id);

    /// <summary>One page, newest first; <c>governance.invalid_limit</c>, <c>governance.invalid_page_token</c>, <c>governance.invalid_state</c>, <c>governance.invalid_version</c>.</summary>
    public async ValueTask<Result<ExplanationPage>> ListAsync(Actor actor, string? model, string? version, string? state, int? limit, string? token, CancellationToken cancel)
    {
        if (state is not null && !ExplanationRow.States.Contains(state))
            return Failure.Invalid("governance.invalid_state", $"There is no state '{state}'; there are {string.Join(", ", ExplanationRow.States)}.");
        long? number = null;
        if (version is not null)
        {
            if (!long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed))
                return Failure.Invalid("governance.invalid_version", $"'{version}' is no number of a version.");
            number = parsed;
        }

        if (Listings.LimitProblem(limit, "governance") is { } wrong)
            return wrong;
        if (Listings.After(token, "governance.invalid_page_token").Failed(out var notOurs, out var before))
            return notOurs;
        var size = limit ?? Listings.DefaultLimit;
        var found = await db.ReadAsync(session => ExplanationStore.ListAsync(session, actor.Workspace, model, number, state, before.Length > 0 ? before : "~", size + 1), cancel);
        var page = Listings.Cut(found, size, static row => PageToken.Encode(row.Id));
        return new ExplanationPage { Explanations = [.. page.Items.Select(static row => Document(row, null, withResult: false, withRows: false))], NextPageToken = page.NextToken };
    }

    /// <summary>Ends one that is made; <c>governance.explanation_not_found</c>, <c>governance.explanation_finished</c>.</summary>
    public ValueTask<Result<ExplanationReport>> CancelAsync(Actor actor, string id, CancellationToken cancel) => db.WriteAsync<ExplanationReport>(async session =>
    {
        if (await ExplanationStore.FindAsync(session, actor.Workspace, id) is not { } row)
            return NotFound(id);
        if (row.State != ExplanationRow.Running)
            return Failure.Conflict("governance.explanation_finished", $"The explanation {id} has ended: it has {row.State}.");
        if (JobId.TryParse(row.JobId, null, out var job))
            await jobs.CancelAsync(session, actor, job);
        var ended = row with { State = ExplanationRow.Cancelled, FinishedAt = time.GetUtcNow().ToUnixTimeMilliseconds() };
        await ExplanationStore.EndAsync(session, ended);
        await audit.AppendAsync(session, actor, new AuditRecord("explanation.cancel", ObjectKind, id));
        return Document(ended, null, withResult: false, withRows: false);
    }, cancel);

    /// <summary>Computes one again and compares; <c>governance.explanation_not_found</c>, <c>governance.explanation_not_done</c>, <c>governance.explanations_busy</c>, and what computing refuses.</summary>
    public async ValueTask<Result<ExplanationReproduction>> ReproduceAsync(Actor actor, string id, CancellationToken cancel)
    {
        if (await db.ReadAsync(session => ExplanationStore.FindAsync(session, actor.Workspace, id), cancel) is not { } row)
            return NotFound(id);
        if (row is not { State: ExplanationRow.Succeeded, Result: { } kept, ContentHash: { } hash })
            return Failure.Conflict("governance.explanation_not_done", $"The explanation {id} is {row.State}; only one that has succeeded can be computed again.");
        if ((await slots.RunAsync(() => run.ComputeAsync(actor, row.Spec, static (_, _) => { }, cancel))).Failed(out var refused, out var again))
            return refused;
        var (json, now) = ExplanationJob.Write(again.Result);
        return new ExplanationReproduction { Reproduced = now == hash && again.Background.Write() == row.Background, ContentHash = hash, ContentHashNow = now, Differences = Differences(kept, json) };
    }

    private static List<string> Differences(string kept, string now)
    {
        using var before = JsonDocument.Parse(kept);
        using var after = JsonDocument.Parse(now);
        return [.. before.RootElement.EnumerateObject().Select(static part => part.Name).Union(after.RootElement.EnumerateObject().Select(static part => part.Name))
            .Where(name => !before.RootElement.TryGetProperty(name, out var one) || !after.RootElement.TryGetProperty(name, out var other) || one.GetRawText() != other.GetRawText())];
    }

    private async ValueTask<Job?> JobAsync(Actor actor, ExplanationRow row, CancellationToken cancel) =>
        row.State == ExplanationRow.Running && JobId.TryParse(row.JobId, null, out var id) ? await jobs.FindAsync(actor, id, cancel) : null;

    // A job that was ended by other means has ended the report, too.
    private static ExplanationReport Document(ExplanationRow row, Job? job, bool withResult, bool withRows)
    {
        var result = withResult && row.Result is { } json ? JsonSerializer.Deserialize(json, OrreryJson.TypeOf<ExplanationResult>()) : null;
        if (result is not null && !withRows)
            result = WithoutRows(result);
        return new()
        {
            Id = row.Id,
            State = job?.State switch { JobState.Cancelled => ExplanationRow.Cancelled, JobState.Failed => ExplanationRow.Failed, _ => row.State },
            Spec = row.Spec,
            JobId = row.JobId,
            Progress = job?.Progress,
            ErrorCode = row.ErrorCode ?? job?.ErrorCode,
            Error = row.Error ?? job?.Error,
            CreatedBy = row.CreatedBy,
            CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(row.CreatedAt),
            FinishedAt = row.FinishedAt is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null,
            ContentHash = row.ContentHash,
            Result = result,
        };
    }

    private static ExplanationResult WithoutRows(ExplanationResult result) => result with
    {
        Examples = [.. result.Examples.Select(static example => example with { Features = null })],
        Counterfactuals = result.Counterfactuals is { } rows
            ? [.. rows.Select(static row => row with { Found = [.. row.Found.Select(static one => one with { Changes = null })], BestTried = row.BestTried is { } best ? best with { Changes = null } : null })]
            : null,
    };

    private static Failure NotFound(string id) => Failure.NotFound("governance.explanation_not_found", $"There is no explanation '{(id.Length > 100 ? id[..100] : id)}'.");
}
