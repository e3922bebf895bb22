using System.Security.Cryptography;
using System.Text;
using Orrery.Audit;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Registry;
using Orrery.Serving;
using Orrery.Storage;
using Orrery.Tenancy;

namespace Orrery.Delivery;

/// <summary>What one can do with deliveries.</summary>
internal sealed class Deliveries(Db db, AuditLog audit, Jobs jobs, ModelVersions versions, Rollbacks rollbacks, ServingOptions serving, TimeProvider time)
{
    private const string Exists = "delivery.exists";
    private const int LongestKey = 255;
    private const int Lines = 450;
    private const int LinesOfStage = 50;

    /// <summary>
    /// Begins a delivery; the one that is under way already for the same version and deployment, or that the same request began, is answered again.
    /// <c>delivery.invalid_request</c>, <c>delivery.unknown_environment</c>, and what the registry refuses.
    /// </summary>
    /// <param name="actor">Who.</param>
    /// <param name="asked">What.</param>
    /// <param name="key">The header Idempotency-Key; null without.</param>
    /// <param name="cancel">Ends with the request.</param>
    public async ValueTask<Result<ModelDelivery>> StartAsync(Actor actor, StartDelivery asked, string? key, CancellationToken cancel)
    {
        if (DeliveryRules.Read(asked, serving).Failed(out var wrong, out var spec))
            return wrong;
        if (key is { Length: 0 or > LongestKey })
            return Failure.Invalid("delivery.invalid_key", $"The header Idempotency-Key may have 1 to {LongestKey} characters.");
        if ((await versions.GetAsync(actor, spec.Model, spec.Version, cancel)).Failed(out var missing, out var version))
            return missing;
        var now = time.GetUtcNow();
        var request = key is null ? null : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{actor.Name}\n{key}")));
        var id = Guid.CreateVersion7(now).ToString("N");
        var made = await db.WriteAsync<DeliveryRow>(async session =>
        {
            var job = await jobs.EnqueueAsync(session, actor, DeliveryJob.JobKind, DeliveryProgress.Order(id));
            var row = new DeliveryRow
            {
                Id = id,
                Spec = spec,
                Plan = new() { VersionAt = version.CreatedAt, PrincipalId = actor.Origin.PrincipalId },
                State = DeliveryStates.Queued,
                Stage = StageNames.Validate,
                JobId = job.ToString(),
                RequestKey = request,
                RequestedBy = actor.Name,
                RequestedAt = now.ToUnixTimeMilliseconds(),
            };
            if (!await DeliveryStore.InsertAsync(session, actor.Workspace, row))
                return Failure.Conflict(Exists, "There is one already.");
            await StageStore.InsertAsync(session, actor.Workspace, id);
            await SignalStore.UnmarkAsync(session, actor.Workspace, row);
            await audit.AppendAsync(session, actor, new AuditRecord("delivery.request", DeliveryProgress.ObjectKind, id) { Detail = Detail(spec) });
            return row;
        }, cancel);
        if (!made.Failed(out var refused, out var fresh))
            return await DocumentAsync(actor, fresh, cancel);
        if (refused.Code != Exists)
            return refused;
        var there = await db.ReadAsync(
            async session => (request is null ? null : await DeliveryStore.FindRequestAsync(session, actor.Workspace, request)) ?? await DeliveryStore.FindOpenAsync(session, actor.Workspace, spec), cancel);
        if (there is null)
            return Failure.Conflict("delivery.ended_meanwhile", "The delivery under way ended just now; ask again.");
        return Same(there.Spec, spec)
            ? await DocumentAsync(actor, there, cancel)
            : Failure.Conflict("delivery.key_used", $"The header Idempotency-Key was sent with another request, which began delivery {there.Id}.");
    }

    /// <summary>A delivery with its stages; <c>delivery.not_found</c>.</summary>
    public async ValueTask<Result<ModelDelivery>> GetAsync(Actor actor, string id, CancellationToken cancel) =>
        (await FindAsync(actor, id, cancel)).Failed(out var missing, out var row) ? missing : await DocumentAsync(actor, row, cancel);

    /// <summary>One page, newest first; <c>delivery.invalid_limit</c>, <c>delivery.invalid_page_token</c>, <c>delivery.invalid_state</c>.</summary>
    public async ValueTask<Result<ModelDeliveryPage>> ListAsync(Actor actor, DeliveryFilter filter, int? limit, string? token, CancellationToken cancel)
    {
        if (Listings.LimitProblem(limit, "delivery") is { } wrong)
            return wrong;
        if (filter.State is { } state && !DeliveryStates.All.Contains(state))
            return Failure.Invalid("delivery.invalid_state", $"There is no state '{state}'; there are {string.Join(", ", DeliveryStates.All)}.");
        string? environment = null;
        if (filter.Environment is { } given && EnvironmentNames.Find(serving, given).Failed(out var unknown, out environment))
            return unknown;
        if (Listings.After(token, "delivery.invalid_page_token").Failed(out var notOurs, out var before))
            return notOurs;
        var size = limit ?? Listings.DefaultLimit;
        var found = await db.ReadAsync(session => DeliveryStore.ListAsync(session, actor.Workspace, filter with { Environment = environment }, before.Length == 0 ? "~" : before, size + 1), cancel);
        var page = Listings.Cut(found, size, static row => PageToken.Encode(row.Id));
        return new ModelDeliveryPage { Deliveries = [.. page.Items.Select(static row => Document(row, [], [], 0))], NextPageToken = page.NextToken };
    }

    /// <summary>One page of the log, oldest first; <c>delivery.not_found</c>.</summary>
    public async ValueTask<Result<DeliveryLogPage>> LogsAsync(Actor actor, string id, int? limit, string? token, CancellationToken cancel)
    {
        if (Listings.LimitProblem(limit, "delivery") is { } wrong)
            return wrong;
        var after = 0L;
        if (!string.IsNullOrEmpty(token))
        {
            if (PageToken.Decode(token, 1) is not [long last])
                return Listings.NotOurs("delivery.invalid_page_token");
            after = last;
        }

        if ((await FindAsync(actor, id, cancel)).Failed(out var missing, out _))
            return missing;
        var size = limit ?? Listings.DefaultLimit;
        var found = await db.ReadAsync(session => StageStore.LinesAsync(session, actor.Workspace, id, after, size + 1), cancel);
        var page = Listings.Cut(found, size, static line => PageToken.Encode(line.Number));
        return new DeliveryLogPage { Lines = page.Items, NextPageToken = page.NextToken };
    }

    /// <summary>Asks to stop one; what it deployed is taken back. <c>delivery.not_found</c>, <c>delivery.ended</c>.</summary>
    public async ValueTask<Result<ModelDelivery>> CancelAsync(Actor actor, string id, CancellationToken cancel)
    {
        var asked = await db.WriteAsync<DeliveryRow>(async session =>
        {
            if (await DeliveryStore.LockAsync(session, actor.Workspace, id) is not { } row)
                return NotFound(id);
            if (!row.IsOpen)
                return Failure.Conflict("delivery.ended", $"Delivery {id} cannot be stopped: it is {row.State}.");
            if (row.CancelBy is not null)
                return row;
            // One that waits goes on at once, to be stopped; one that runs sees it.
            var job = row.State == DeliveryStates.Waiting ? (await jobs.EnqueueAsync(session, actor, DeliveryJob.JobKind, DeliveryProgress.Order(id))).ToString() : row.JobId;
            var next = row with { CancelBy = actor.Name, JobId = job };
            await DeliveryStore.UpdateAsync(session, actor.Workspace, next);
            await audit.AppendAsync(session, actor, new AuditRecord("delivery.cancel", DeliveryProgress.ObjectKind, id));
            return next;
        }, cancel);
        return asked.Failed(out var refused, out var stopped) ? refused : await DocumentAsync(actor, stopped, cancel);
    }

    /// <summary>Has one that failed or was stopped go on, at the stage where it ended; from the begin when it had deployed. <c>delivery.not_found</c>, <c>delivery.not_failed</c>.</summary>
    public async ValueTask<Result<ModelDelivery>> RetryAsync(Actor actor, string id, CancellationToken cancel)
    {
        var again = await db.WriteAsync<DeliveryRow>(async session =>
        {
            if (await DeliveryStore.LockAsync(session, actor.Workspace, id) is not { } row)
                return NotFound(id);
            if (row.State is not (DeliveryStates.Failed or DeliveryStates.Cancelled))
                return Failure.Conflict("delivery.not_failed", $"Delivery {id} is {row.State}; only one that failed or was cancelled is tried again.");
            if (row.Plan.OrderedAt is not null)
                return Failure.Conflict("delivery.taken_back", $"Delivery {id} had deployed and was taken back; begin a new one.");
            if (await DeliveryStore.FindOpenAsync(session, actor.Workspace, row.Spec) is { } other)
                return Failure.Conflict("delivery.under_way", $"Delivery {other.Id} of the same version to {row.Name} is under way.");
            // It stays the delivery of who began it, who must not decide on it; who has it go on asks for it as well, and must not either.
            var job = await jobs.EnqueueAsync(session, row.Asker(actor), DeliveryJob.JobKind, DeliveryProgress.Order(id));
            var further = new FurtherAsker(actor.Name, actor.Origin.PrincipalId);
            var also = further == new FurtherAsker(row.RequestedBy, row.PrincipalId) || row.Plan.Also.Contains(further) ? row.Plan.Also : [.. row.Plan.Also, further];
            var asksAnew = StageNames.All.ToList().IndexOf(row.Stage) <= StageNames.All.ToList().IndexOf(StageNames.Approval);
            var next = row with
            {
                State = DeliveryStates.Queued,
                Message = null,
                CancelBy = null,
                EndedAt = null,
                JobId = job.ToString(),
                Plan = row.Plan with { Also = also, ApprovalId = asksAnew ? null : row.Plan.ApprovalId },
            };
            await StageStore.ResetAsync(session, actor.Workspace, id, StageNames.All.ToList().IndexOf(row.Stage) + 1);
            await DeliveryStore.UpdateAsync(session, actor.Workspace, next);
            await audit.AppendAsync(session, actor, new AuditRecord("delivery.retry", DeliveryProgress.ObjectKind, id));
            return next;
        }, cancel);
        return again.Failed(out var refused, out var queued) ? refused : await DocumentAsync(actor, queued, cancel);
    }

    /// <summary>Takes one back that succeeded; <c>delivery.not_found</c>, <c>delivery.not_deployed</c>, <c>delivery.rolled_back</c>, <c>delivery.changed_since</c>.</summary>
    public async ValueTask<Result<ModelDelivery>> RollbackAsync(Actor actor, string id, RollbackDelivery asked, CancellationToken cancel)
    {
        if (asked.Reason?.Length > 1000)
            return Failure.Invalid("delivery.invalid_request", $"'reason' has {asked.Reason.Length} characters; it may have 1,000.");
        if ((await FindAsync(actor, id, cancel)).Failed(out var missing, out var row))
            return missing;
        return (await rollbacks.ManualAsync(actor, row, asked, cancel)).Failed(out var refused, out var back) ? refused : await DocumentAsync(actor, back, cancel);
    }

    /// <summary>What brings a delivery's version to another environment as it was brought to its own; <c>delivery.not_found</c>, <c>delivery.not_deployed</c>, <c>delivery.invalid_request</c>, <c>delivery.unknown_environment</c>.</summary>
    public async ValueTask<Result<StartDelivery>> PromotionAsync(Actor actor, string id, PromoteDelivery asked, CancellationToken cancel)
    {
        if ((await FindAsync(actor, id, cancel)).Failed(out var missing, out var row))
            return missing;
        if (row.State != DeliveryStates.Succeeded)
            return Failure.Conflict("delivery.not_deployed", $"Delivery {id} is {row.State}; only one that succeeded is promoted.");
        return DeliveryRules.Read(
            row.Spec with { Environment = asked.To, From = row.Environment, Steps = asked.Steps, Replicas = asked.Replicas, Justification = asked.Justification ?? row.Spec.Justification, Emergency = false },
            serving);
    }

    /// <summary>As people and clients see it.</summary>
    public static ModelDelivery Document(DeliveryRow row, IReadOnlyList<StageRow> stages, IReadOnlyList<DeliveryLogLine> lines, long now) => new()
    {
        Id = row.Id,
        Model = row.Spec.Model,
        Version = row.Spec.Version,
        ModelSha256 = row.Plan.ModelSha256,
        Environment = row.Environment,
        Name = row.Name,
        State = row.State,
        Stage = row.Stage,
        Message = row.Message,
        Target = row.Plan.TargetKind,
        Replicas = row.Spec.Replicas,
        Justification = row.Spec.Justification,
        From = row.Spec.From,
        Steps = row.Spec.Steps,
        Percent = row.Plan.Percent,
        ApprovalId = row.Plan.ApprovalId,
        Revision = row.Plan.Revision,
        Previous = row.Plan.Previous,
        Link = row.Plan.Link,
        RequestedBy = row.RequestedBy,
        RequestedAt = row.RequestedAt,
        StartedAt = row.StartedAt,
        EndedAt = row.EndedAt,
        DeployedAt = row.DeployedAt,
        RolledBackAt = row.RolledBackAt,
        IncidentId = row.Plan.IncidentId,
        Stages = [.. stages.Select(stage => new DeliveryStage
        {
            Name = stage.Name,
            State = stage.State,
            StartedAt = stage.StartedAt,
            EndedAt = stage.EndedAt,
            Seconds = stage.StartedAt is { } began ? ((stage.EndedAt ?? now) - began) / 1000.0 : null,
            Message = stage.Message,
            Sha256 = stage.Sha256,
            Tries = stage.Tries,
            Lines = [.. lines.Where(line => line.Stage == stage.Name).TakeLast(LinesOfStage)],
        })],
    };

    // The way a deployment is to be asked does not tell requests apart, what is delivered where does.
    private static bool Same(StartDelivery left, StartDelivery right) =>
        (left.Model, left.Version, left.Environment, left.Name) == (right.Model, right.Version, right.Environment, right.Name);

    private static string Detail(StartDelivery spec) => System.Text.Json.JsonSerializer.Serialize(
        new Dictionary<string, string> { ["model"] = spec.Model, ["version"] = spec.Version, ["environment"] = spec.Environment, ["name"] = spec.Name! }, DeliveryJson.Default.DictionaryStringString);

    private static Failure NotFound(string id) => Failure.NotFound("delivery.not_found", $"There is no delivery '{(id.Length > 100 ? id[..100] : id)}'.");

    private async ValueTask<Result<DeliveryRow>> FindAsync(Actor actor, string id, CancellationToken cancel) =>
        await db.ReadAsync(session => DeliveryStore.FindAsync(session, actor.Workspace, id), cancel) is { } row ? row : NotFound(id);

    private async ValueTask<ModelDelivery> DocumentAsync(Actor actor, DeliveryRow row, CancellationToken cancel)
    {
        var (stages, lines) = await db.ReadAsync(
            async session => (await StageStore.ListAsync(session, actor.Workspace, row.Id), await StageStore.NewestAsync(session, actor.Workspace, row.Id, Lines)), cancel);
        lines.Reverse();
        return Document(row, stages, lines, time.GetUtcNow().ToUnixTimeMilliseconds());
    }
}
