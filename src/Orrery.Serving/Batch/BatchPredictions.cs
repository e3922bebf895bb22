using System.Security.Cryptography;
using System.Text.Json;
using Orrery.Audit;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;
using Orrery.Tenancy;

namespace Orrery.Serving;

/// <summary>Asking for batch predictions, looking at them, and ending them.</summary>
internal sealed class BatchPredictions(Db db, AuditLog audit, Jobs jobs, BatchModels models, BatchBlobs blobs, BatchEnds ends, ServingOptions options, TimeProvider time)
{
    public const int LongestKey = 200;

    private const string ObjectKind = "batch-prediction";
    private const string KeyReused = "serving.idempotency_key_reused";

    /// <summary>
    /// Asks for one; the same key and body again give the same one. <c>serving.invalid_batch</c>, <c>serving.idempotency_key_invalid</c>,
    /// <c>serving.idempotency_key_reused</c>, <c>serving.deployment_not_found</c>, and what <see cref="Runtimes.Choose"/> and the registry refuse.
    /// </summary>
    public async ValueTask<Result<BatchPrediction>> CreateAsync(Actor actor, BatchPredictionSpec spec, string? key, CancellationToken cancel)
    {
        if (key is { Length: 0 or > LongestKey })
            return Failure.Invalid("serving.idempotency_key_invalid", $"The header Idempotency-Key may have 1 to {LongestKey} characters.");
        if (BatchRules.Problem(spec) is { } wrong)
            return wrong;
        var hash = Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(spec, OrreryJson.TypeOf<BatchPredictionSpec>())));
        if (key is not null && await db.ReadAsync(session => BatchStore.FindKeyAsync(session, actor.Workspace, key), cancel) is { } known)
            return Same(known, hash);
        if ((await ModelAsync(actor, spec, cancel)).Failed(out var unknown, out var named))
            return unknown;
        if ((await models.FindAsync(actor, named.Model, named.Version, cancel)).Failed(out var refused, out var recipe))
            return refused;
        var now = time.GetUtcNow();
        var row = new BatchRow
        {
            Workspace = actor.Workspace,
            Id = Guid.CreateVersion7(now).ToString("N"),
            State = BatchStates.Planning,
            Spec = named.Output is { } output && spec.Output.Outputs.Count == 0 ? spec with { Output = spec.Output with { Outputs = [output] } } : spec,
            Model = recipe.Model,
            Version = named.Version,
            ModelSha256 = recipe.Sha256,
            Key = key,
            BodyHash = hash,
            JobId = "",
            CreatedBy = actor.Name,
            CreatedAt = now.ToUnixTimeMilliseconds(),
        };
        var made = await db.WriteAsync<BatchPrediction>(async session =>
        {
            var added = row with { JobId = (await PlanAsync(session, actor, row)).ToString() };
            if (!await BatchStore.InsertAsync(session, added))
                return Failure.Conflict(KeyReused, $"The key {key} was used meanwhile; ask again.");
            await audit.AppendAsync(session, actor, new AuditRecord("batch-prediction.create", ObjectKind, row.Id)
            {
                After = Convert.FromHexString(hash),
                Detail = JsonSerializer.Serialize(new SortedDictionary<string, string>(StringComparer.Ordinal) { ["model"] = added.Model, ["version"] = added.Version }, AuditJson.Default.SortedDictionaryStringString),
            });
            return Document(added);
        }, cancel);

        // The same request may have come twice at once.
        return made.Failure?.Code == KeyReused && await db.ReadAsync(session => BatchStore.FindKeyAsync(session, actor.Workspace, key!), cancel) is { } other ? Same(other, hash) : made;
    }

    /// <summary>One of them; <c>serving.batch_not_found</c>.</summary>
    public async ValueTask<Result<BatchPrediction>> GetAsync(Actor actor, string id, CancellationToken cancel) =>
        await db.ReadAsync(session => BatchStore.FindAsync(session, actor.Workspace, id), cancel) is { } row ? Document(row) : NotFound(id);

    /// <summary>One page, newest first; <c>serving.invalid_limit</c>, <c>serving.invalid_page_token</c>, <c>serving.invalid_state</c>.</summary>
    public async ValueTask<Result<BatchPredictionPage>> ListAsync(Actor actor, string? state, string? model, int? limit, string? token, CancellationToken cancel)
    {
        if (state is not null && !BatchStates.All.Contains(state))
            return Failure.Invalid("serving.invalid_state", $"There is no state '{state}'; there are {string.Join(", ", BatchStates.All)}.");
        if (Pages.LimitProblem(limit) is { } wrong)
            return wrong;
        if (Listings.After(token, "serving.invalid_page_token").Failed(out var notOurs, out var before))
            return notOurs;
        var size = limit ?? Pages.DefaultLimit;
        var found = await db.ReadAsync(session => BatchStore.ListAsync(session, actor.Workspace, state, model, before.Length > 0 ? before : "~", size + 1), cancel);
        var page = Listings.Cut(found, size, static row => PageToken.Encode(row.Id));
        return new BatchPredictionPage { BatchPredictions = [.. page.Items.Select(Document)], NextPageToken = page.NextToken };
    }

    /// <summary>One page of partitions; <c>serving.batch_not_found</c>, <c>serving.invalid_limit</c>, <c>serving.invalid_page_token</c>, <c>serving.invalid_state</c>.</summary>
    public async ValueTask<Result<BatchPartitionPage>> PartitionsAsync(Actor actor, string id, string? state, int? limit, string? token, CancellationToken cancel)
    {
        if (state is not (null or BatchStates.Pending or BatchStates.Running or BatchStates.Done or BatchStates.Failed))
            return Failure.Invalid("serving.invalid_state", $"There is no state '{state}' of partitions; there are pending, running, done, failed.");
        if ((await PageAsync(actor, id, state, limit, token, cancel)).Failed(out var wrong, out var page))
            return wrong;
        return new BatchPartitionPage { Partitions = [.. page.Items.Select(Document)], NextPageToken = page.NextToken };
    }

    /// <summary>
    /// One page of the output's files, in the rows' order; <c>serving.batch_not_done</c> until it has succeeded, <c>serving.batch_not_found</c>,
    /// <c>serving.invalid_limit</c>, <c>serving.invalid_page_token</c>.
    /// </summary>
    public async ValueTask<Result<BatchFilePage>> FilesAsync(Actor actor, string id, int? limit, string? token, CancellationToken cancel)
    {
        if ((await SucceededAsync(actor, id, cancel)).Failed(out var not, out _))
            return not;
        if ((await PageAsync(actor, id, null, limit, token, cancel)).Failed(out var wrong, out var page))
            return wrong;
        return new BatchFilePage { Files = [.. page.Items.SelectMany(Files)], NextPageToken = page.NextToken };
    }

    /// <summary>Opens a file of the output; the caller disposes the content. <c>serving.batch_not_found</c>, <c>serving.batch_not_done</c>, <c>serving.batch_file_not_found</c>.</summary>
    public async ValueTask<Result<(BatchFile File, BlobRead Content)>> OpenAsync(Actor actor, string id, string name, CancellationToken cancel)
    {
        if ((await SucceededAsync(actor, id, cancel)).Failed(out var not, out _))
            return not;
        var missing = Failure.NotFound("serving.batch_file_not_found", $"The batch prediction {id} has no file '{(name.Length > LongestKey ? name[..LongestKey] : name)}'.");
        if (BatchPlaces.Parse(name) is not { } place
            || await db.ReadAsync(session => PartitionStore.FindAsync(session, actor.Workspace, id, place.Partition), cancel) is not { } partition
            || Files(partition).FirstOrDefault(file => file.Name == name) is not { } file
            || await blobs.OpenAsync((place.Refused ? partition.Refused : partition.Output)!.Key, cancel) is not { } content)
        {
            return missing;
        }

        return (file, content);
    }

    /// <summary>Ends it, and its workers; what is done stays until it is deleted. <c>serving.batch_not_found</c>, <c>serving.batch_finished</c>.</summary>
    public ValueTask<Result<BatchPrediction>> CancelAsync(Actor actor, string id, CancellationToken cancel) => db.WriteAsync<BatchPrediction>(async session =>
    {
        if (await BatchStore.LockAsync(session, actor.Workspace, id) is not { } row)
            return NotFound(id);
        if (BatchStates.IsFinal(row.State))
            return Failure.Conflict("serving.batch_finished", $"The batch prediction {id} has ended: it is {row.State}.");
        await StopAsync(session, actor, row);
        if ((await ends.EndAsync(session, actor, row, BatchStates.Cancelled, null)).Failed(out var refused, out _))
            return refused;
        return Document((await BatchStore.FindAsync(session, actor.Workspace, id))!);
    }, cancel);

    /// <summary>Goes on with one that failed: what is done stays done. <c>serving.batch_not_found</c>, <c>serving.batch_not_failed</c>.</summary>
    public ValueTask<Result<BatchPrediction>> RetryAsync(Actor actor, string id, CancellationToken cancel) => db.WriteAsync<BatchPrediction>(async session =>
    {
        if (await BatchStore.LockAsync(session, actor.Workspace, id) is not { } row)
            return NotFound(id);
        if (row.State != BatchStates.Failed)
            return Failure.Conflict("serving.batch_not_failed", $"The batch prediction {id} is {row.State}; only one that failed is tried again.");
        if (row.Plan is null)
        {
            await BatchStore.AgainAsync(session, row, BatchStates.Planning, (await PlanAsync(session, actor, row)).ToString());
        }
        else
        {
            await StopAsync(session, actor, row);
            await PartitionStore.AgainAsync(session, row);
            await BatchStore.AgainAsync(session, row, BatchStates.Running, row.JobId);
            await BatchWorkJob.BeginAsync(session, jobs, actor, row, row.Partitions - row.PartitionsDone);
        }

        await audit.AppendAsync(session, actor, new AuditRecord("batch-prediction.retry", ObjectKind, id));
        return Document((await BatchStore.FindAsync(session, actor.Workspace, id))!);
    }, cancel);

    /// <summary>Deletes it with its output; <c>serving.batch_not_found</c>, <c>serving.batch_not_finished</c>.</summary>
    public async ValueTask<Result<Done>> DeleteAsync(Actor actor, string id, CancellationToken cancel)
    {
        if (await db.ReadAsync(session => BatchStore.FindAsync(session, actor.Workspace, id), cancel) is not { } row)
            return NotFound(id);
        if (!BatchStates.IsFinal(row.State))
            return Failure.Conflict("serving.batch_not_finished", $"The batch prediction {id} is {row.State}; cancel it first.");
        // Blobs go first, so that nothing is left of a deletion that was broken off.
        await blobs.DeleteAllAsync(actor.Workspace, id, cancel);
        return await db.WriteAsync<Done>(async session =>
        {
            if (await BatchStore.LockAsync(session, actor.Workspace, id) is not { } now)
                return NotFound(id);
            if (!BatchStates.IsFinal(now.State))
                return Failure.Conflict("serving.batch_not_finished", $"The batch prediction {id} is {now.State}; cancel it first.");
            await BatchStore.DeleteWorkersAsync(session, actor.Workspace, id);
            await PartitionStore.DeleteAsync(session, actor.Workspace, id);
            await BatchStore.DeleteAsync(session, actor.Workspace, id);
            await audit.AppendAsync(session, actor, new AuditRecord("batch-prediction.delete", ObjectKind, id));
            return Done.Ok;
        }, cancel);
    }

    private ValueTask<JobId> PlanAsync(DbSession session, Actor actor, BatchRow row) =>
        jobs.EnqueueAsync(session, actor, BatchPlanJob.JobKind, JsonSerializer.Serialize(new(row.Id, 0), BatchJson.Default.BatchOrder));

    // Jobs that have ended by themselves are no matter.
    private async ValueTask StopAsync(DbSession session, Actor actor, BatchRow row)
    {
        if (JobId.TryParse(row.JobId, null, out var planning))
            await jobs.CancelAsync(session, actor, planning);
        foreach (var (_, job) in await BatchStore.WorkersAsync(session, row.Workspace, row.Id))
            await jobs.CancelAsync(session, actor, job);
        await BatchStore.DeleteWorkersAsync(session, row.Workspace, row.Id);
    }

    private async ValueTask<Result<(string Model, string Version, string? Output)>> ModelAsync(Actor actor, BatchPredictionSpec spec, CancellationToken cancel)
    {
        if (spec.Deployment is not { } asked)
            return (spec.Model!, spec.Version!, null);
        if (!options.Environments.Contains(asked.Environment))
            return Failure.Invalid("serving.unknown_environment", $"There is no environment '{asked.Environment}'; there are {string.Join(", ", options.Environments)}.");
        var key = new DeploymentKey(actor.Workspace, asked.Environment, asked.Name);
        var found = await db.ReadAsync<Result<DeploymentRow>>(
            async session => await DeploymentStore.FindAsync(session, key) is { IsRemoved: false } row ? row : await Deployments.NotFoundAsync(session, key), cancel);
        if (found.Failed(out var missing, out var deployment))
            return missing;
        var variants = deployment.Spec.Variants;
        if (asked.Variant is { } name)
        {
            return variants.FirstOrDefault(variant => variant.Name == name) is { } one
                ? (one.Model, one.Version, one.Output)
                : Failure.NotFound("serving.variant_not_found", $"Deployment {asked.Name} in {asked.Environment} has no variant '{name}'; it has {string.Join(", ", variants.Select(static variant => variant.Name))}.");
        }

        var answering = variants.Where(static variant => !variant.Shadow && variant.Weight is not 0).ToList();
        return answering is [var only]
            ? (only.Model, only.Version, only.Output)
            : Failure.Invalid("serving.invalid_batch", $"Deployment {asked.Name} in {asked.Environment} has {answering.Count} variants that answer; name one in 'deployment.variant': {string.Join(", ", variants.Select(static variant => variant.Name))}.");
    }

    private async ValueTask<Result<Page<PartitionRow>>> PageAsync(Actor actor, string id, string? state, int? limit, string? token, CancellationToken cancel)
    {
        if (Pages.LimitProblem(limit) is { } wrong)
            return wrong;
        var after = -1L;
        if (!string.IsNullOrEmpty(token))
        {
            if (PageToken.Decode(token, 1) is not [long last])
                return Pages.NotOurs();
            after = last;
        }

        var size = limit ?? Pages.DefaultLimit;
        return await db.ReadAsync<Result<Page<PartitionRow>>>(async session =>
        {
            if (await BatchStore.FindAsync(session, actor.Workspace, id) is null)
                return NotFound(id);
            return Listings.Cut(await PartitionStore.ListAsync(session, actor.Workspace, id, state, after, size + 1), size, static row => PageToken.Encode(row.Number));
        }, cancel);
    }

    private async ValueTask<Result<Done>> SucceededAsync(Actor actor, string id, CancellationToken cancel)
    {
        if (await db.ReadAsync(session => BatchStore.FindAsync(session, actor.Workspace, id), cancel) is not { } row)
            return NotFound(id);
        return row.State == BatchStates.Succeeded
            ? Done.Ok
            : Failure.Conflict("serving.batch_not_done", $"The batch prediction {id} is {row.State}; there is an output when it has succeeded.");
    }

    private Result<BatchPrediction> Same(BatchRow known, string hash) => known.BodyHash == hash
        ? Document(known)
        : Failure.Conflict(KeyReused, $"The key {known.Key} was given with another body before, for the batch prediction {known.Id}.");

    private BatchPrediction Document(BatchRow row) => BatchDocuments.Of(row, time.GetUtcNow().ToUnixTimeMilliseconds());

    private static BatchPartition Document(PartitionRow row) => BatchDocuments.Of(row);

    private static IEnumerable<BatchFile> Files(PartitionRow row) => BatchDocuments.Files(row);

    private static Failure NotFound(string id) => Failure.NotFound("serving.batch_not_found", $"There is no batch prediction {(id.Length > 100 ? id[..100] + "..." : id)}.");
}
