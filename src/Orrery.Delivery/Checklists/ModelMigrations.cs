using System.Text.Json;
using Orrery.Audit;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Registry;
using Orrery.Serving;
using Orrery.Storage;
using Orrery.Tenancy;

namespace Orrery.Delivery;

/// <summary>What one can do with migrations of models that run elsewhere.</summary>
internal sealed class ModelMigrations(Db db, AuditLog audit, Jobs jobs, ModelVersions versions, EndpointAnswers endpoints, StepEvidence evidence, ServingOptions serving, TimeProvider time)
{
    public const string ObjectKind = "migration";

    private const double Absolute = 1e-6;
    private const double Relative = 1e-4;
    private const int ShownComparisons = 10;
    private const string Running = "running";

    /// <summary>Begins one; <c>delivery.invalid_request</c>, <c>delivery.unknown_environment</c>, <c>serving.invalid_spec</c>, <c>serving.remote_not_allowed</c>, <c>serving.remote_no_secret</c>, and what the registry refuses of a version that is named.</summary>
    public async ValueTask<Result<ModelMigration>> StartAsync(Actor actor, StartModelMigration asked, bool isShown, CancellationToken cancel)
    {
        if (MigrationRules.Read(asked, serving, endpoints).Failed(out var wrong, out var read))
            return wrong;
        if (read.Version is { } named && (await versions.GetAsync(actor, read.Model, named, cancel)).Failed(out wrong, out _))
            return wrong;
        var now = time.GetUtcNow();
        var row = new MigrationRow(Guid.CreateVersion7(now).ToString("N"), read.Model, read.Version, read.Environment!, read, 0, actor.Name, now.ToUnixTimeMilliseconds());
        var made = await db.WriteAsync<Done>(async session =>
        {
            await MigrationStore.InsertAsync(session, actor.Workspace, row);
            await AuditAsync(session, actor, "migration.start", row.Id, ("model", row.Model), ("environment", row.Environment), ("endpoint", read.Endpoint.Url));
            return Done.Ok;
        }, cancel);
        return made.Failed(out wrong, out _) ? wrong : await DocumentAsync(actor, row, isShown, cancel);
    }

    /// <summary>One with its steps, and what is seen of those that are open; <c>delivery.migration_not_found</c>.</summary>
    public async ValueTask<Result<ModelMigration>> GetAsync(Actor actor, string id, bool isShown, CancellationToken cancel)
    {
        await SettleAsync(actor, id, cancel);
        return await db.ReadAsync(session => MigrationStore.FindAsync(session, actor.Workspace, id), cancel) is { } row ? await DocumentAsync(actor, row, isShown, cancel) : NotFound(id);
    }

    /// <summary>One page, newest first; <c>delivery.invalid_limit</c>, <c>delivery.invalid_page_token</c>.</summary>
    public async ValueTask<Result<ModelMigrationPage>> ListAsync(Actor actor, string? model, int? limit, string? token, CancellationToken cancel)
    {
        if (Listings.LimitProblem(limit, "delivery") is { } wrong)
            return wrong;
        if (Listings.After(token, "delivery.invalid_page_token").Failed(out var notOurs, out var before))
            return notOurs;
        var size = limit ?? Listings.DefaultLimit;
        var found = await db.ReadAsync(session => MigrationStore.ListAsync(session, actor.Workspace, model, before.Length == 0 ? "~" : before, size + 1), cancel);
        var page = Listings.Cut(found, size, static row => PageToken.Encode(row.Id));
        return new ModelMigrationPage { Migrations = [.. page.Items.Select(static row => Document(row))], NextPageToken = page.NextToken };
    }

    /// <summary>Sets how a step stands; <c>delivery.migration_not_found</c>, <c>delivery.no_step</c>, <c>delivery.invalid_request</c>, <c>delivery.step_not_done</c>, and what the registry refuses of a version.</summary>
    public async ValueTask<Result<ModelMigration>> SetStepAsync(Actor actor, string id, int number, SetMigrationStep asked, bool isShown, CancellationToken cancel)
    {
        if (number is < MigrationSteps.Inventory or > MigrationSteps.Cutover)
            return Failure.NotFound("delivery.no_step", $"There is no step {number}; there are 1 to {MigrationSteps.Cutover}.");
        if (MigrationRules.Problem(asked) is { } wrong)
            return wrong;
        var (kept, steps) = await db.ReadAsync(async session => (await MigrationStore.FindAsync(session, actor.Workspace, id), await MigrationStore.StepsAsync(session, actor.Workspace, id)), cancel);
        if (kept is null)
            return NotFound(id);
        if (asked.Version is { } named && (await versions.GetAsync(actor, kept.Model, named, cancel)).Failed(out var unknown, out _))
            return unknown;
        var isOther = asked.Version is not null && asked.Version != kept.Version;
        var row = isOther ? kept with { Version = asked.Version } : kept;
        // What was seen of another version bears nothing out.
        List<MigrationStepRow> standing = [.. steps.Where(step => !isOther || step.Number < MigrationSteps.Evaluate)];
        var found = asked.State == MigrationSteps.Open ? new([], null) : await evidence.OfAsync(actor, row, standing, number, cancel);
        if (asked.State == MigrationSteps.Done && found.Missing is { } missing)
            return Failure.Conflict("delivery.step_not_done", $"Step {number} cannot be done: {missing}");
        var step = new MigrationStepRow(number, asked.State, asked.Note, found.Evidence, actor.Name, time.GetUtcNow().ToUnixTimeMilliseconds());
        var set = await db.WriteAsync<MigrationRow>(async session =>
        {
            if (await MigrationStore.LockAsync(session, actor.Workspace, id) is not { } now)
                return NotFound(id);
            if (now.Version != kept.Version)
                return Failure.Conflict("delivery.changed_meanwhile", $"Migration {id} was given another version just now; look again.");
            if (isOther)
                await MigrationStore.SetVersionAsync(session, actor.Workspace, id, row.Version!, MigrationSteps.Evaluate);
            await MigrationStore.PutStepAsync(session, actor.Workspace, id, step);
            await AuditAsync(session, actor, "migration.step", id, ("step", MigrationSteps.All[number - 1].Name), ("state", step.State), ("version", row.Version ?? ""));
            return (await MigrationStore.FindAsync(session, actor.Workspace, id))!;
        }, cancel);
        return set.Failed(out var refused, out var after) ? refused : await DocumentAsync(actor, after, isShown, cancel);
    }

    /// <summary>Has old and new asked the same, as a job; <c>delivery.migration_not_found</c>, <c>delivery.invalid_request</c>, <c>delivery.no_version</c>, <c>delivery.compare_running</c>, and what the endpoint may not be.</summary>
    public async ValueTask<Result<ModelMigrationComparison>> CompareAsync(Actor actor, string id, CompareModelMigration asked, CancellationToken cancel)
    {
        if (MigrationRules.Read(asked, serving).Failed(out var wrong, out var question))
            return wrong;
        if (await db.ReadAsync(session => MigrationStore.FindAsync(session, actor.Workspace, id), cancel) is not { } row)
            return NotFound(id);
        if (row.Version is not { } version)
            return Failure.Conflict("delivery.no_version", "The migration names no version yet; name it with step 2: mlops migration step ID 2 done --version N");
        if (endpoints.Problem(row.Asked.Endpoint, row.Model) is { } refused)
            return refused;
        if ((await versions.GetAsync(actor, row.Model, version, cancel)).Failed(out var missing, out _))
            return missing;
        await SettleAsync(actor, id, cancel);
        var now = time.GetUtcNow();
        var comparison = Guid.CreateVersion7(now).ToString("N");
        return await db.WriteAsync<ModelMigrationComparison>(async session =>
        {
            if (await MigrationStore.LockAsync(session, actor.Workspace, id) is null)
                return NotFound(id);
            if ((await ComparisonStore.ListAsync(session, actor.Workspace, id, 1)) is [{ State: Running } other])
                return Failure.Conflict("delivery.compare_running", $"Comparison {other.Id} of the migration has not ended; its job is {other.JobId}.");
            var job = await jobs.EnqueueAsync(session, actor, MigrationCompareJob.JobKind, JsonSerializer.Serialize(new MigrationOrder(id, comparison), ChecklistJson.Default.MigrationOrder));
            var begun = new ModelMigrationComparison
            {
                Id = comparison,
                Version = version,
                State = Running,
                JobId = job.ToString(),
                AbsoluteTolerance = asked.AbsoluteTolerance ?? Absolute,
                RelativeTolerance = asked.RelativeTolerance ?? Relative,
                RequestedBy = actor.Name,
                RequestedAt = now.ToUnixTimeMilliseconds(),
            };
            await ComparisonStore.InsertAsync(session, actor.Workspace, id, begun, question);
            await AuditAsync(session, actor, "migration.compare", id, ("comparison", comparison), ("version", version));
            return begun;
        }, cancel);
    }

    /// <summary>Forgets one with its steps and comparisons; a comparison under way ends without a result. <c>delivery.migration_not_found</c>.</summary>
    public async ValueTask<Result<Done>> DeleteAsync(Actor actor, string id, CancellationToken cancel) => await db.WriteAsync<Done>(async session =>
    {
        if (!await MigrationStore.DeleteAsync(session, actor.Workspace, id))
            return NotFound(id);
        await AuditAsync(session, actor, "migration.delete", id);
        return Done.Ok;
    }, cancel);

    // A comparison whose job ended without it, as one that was cancelled, has failed.
    private async ValueTask SettleAsync(Actor actor, string id, CancellationToken cancel)
    {
        if (await db.ReadAsync(session => ComparisonStore.ListAsync(session, actor.Workspace, id, 1), cancel) is not [{ State: Running } last])
            return;
        if (await jobs.FindAsync(actor, JobId.Parse(last.JobId, null), cancel) is { State: Storage.JobState.Queued or Storage.JobState.Running })
            return;
        var ended = last with { State = "failed", Message = $"Its job {last.JobId} ended without a result.", EndedAt = time.GetUtcNow().ToUnixTimeMilliseconds() };
        await db.WriteAsync<Done>(async session =>
        {
            await ComparisonStore.EndAsync(session, actor.Workspace, id, ended);
            return Done.Ok;
        }, cancel);
    }

    private static Failure NotFound(string id) => Failure.NotFound("delivery.migration_not_found", $"There is no migration '{(id.Length > 100 ? id[..100] : id)}'.");

    private static ModelMigration Document(MigrationRow row) => new()
    {
        Id = row.Id,
        Model = row.Model,
        Version = row.Version,
        Environment = row.Environment,
        Endpoint = row.Asked.Endpoint,
        Owner = row.Asked.Owner,
        RequestsPerDay = row.Asked.RequestsPerDay,
        Slo = row.Asked.Slo,
        LeastAgreement = row.Asked.LeastAgreement!.Value,
        State = row.Ended == MigrationSteps.All.Count ? "done" : "open",
        Ended = row.Ended,
        StartedBy = row.StartedBy,
        StartedAt = row.StartedAt,
    };

    // What was asked and answered is for those who may read logged predictions; so is what an endpoint says is wrong, for it may repeat them.
    private static ModelMigrationComparison Shown(ModelMigrationComparison one, bool isShown) => isShown
        ? one
        : one with
        {
            Old = one.Old with { FirstError = null },
            New = one.New with { FirstError = null },
            Worst = [.. one.Worst.Select(static row => row with { Inputs = null, Old = null, New = null })],
        };

    private async ValueTask<ModelMigration> DocumentAsync(Actor actor, MigrationRow row, bool isShown, CancellationToken cancel)
    {
        var (set, comparisons) = await db.ReadAsync(
            async session => (await MigrationStore.StepsAsync(session, actor.Workspace, row.Id), await ComparisonStore.ListAsync(session, actor.Workspace, row.Id, ShownComparisons)), cancel);
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var steps = new List<ModelMigrationStep>();
        foreach (var step in MigrationSteps.All)
        {
            var kept = set.FirstOrDefault(one => one.Number == step.Number);
            var isOpen = kept is null || !MigrationSteps.Ends(kept.State);
            var found = isOpen ? await evidence.OfAsync(actor, row, set, step.Number, cancel) : new StepFinding(kept!.Evidence, null);
            steps.Add(new()
            {
                Number = step.Number,
                Phase = step.Phase,
                Name = step.Name,
                Title = step.Title,
                State = kept?.State ?? MigrationSteps.Open,
                Note = kept?.Note,
                Evidence = found.Evidence,
                Missing = found.Missing,
                DueWeek = step.DueWeek,
                DueAt = step.DueAt(row.StartedAt),
                IsOverdue = isOpen && now > step.DueAt(row.StartedAt),
                ChangedBy = kept?.ChangedBy,
                ChangedAt = kept?.ChangedAt,
            });
        }

        return Document(row) with { Steps = steps, Comparisons = [.. comparisons.Select(one => Shown(one, isShown))] };
    }

    private ValueTask AuditAsync(DbSession session, Actor actor, string action, string id, params (string Name, string Value)[] detail) => audit.AppendAsync(session, actor, new AuditRecord(action, ObjectKind, id)
    {
        Detail = JsonSerializer.Serialize(detail.ToDictionary(static one => one.Name, static one => one.Value, StringComparer.Ordinal), ChecklistJson.Default.DictionaryStringString),
    });
}
