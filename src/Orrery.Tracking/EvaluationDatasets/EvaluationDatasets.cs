using System.Globalization;
using Orrery.Audit;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tracking;

/// <summary>What one can do with evaluation data sets. Their records change only in a transaction that holds the data set.</summary>
internal sealed class EvaluationDatasets(Db db, AuditLog audit, TimeProvider time)
{
    private const int MaxName = 255;
    private const int MaxTagValue = 5000;

    /// <summary>Makes a data set without records; <c>tracking.experiment_not_found</c>.</summary>
    public async ValueTask<Result<EvaluationDataset>> CreateAsync(
        Actor actor, string name, IReadOnlyList<string> experimentIds, IReadOnlyList<Pair> tags, CancellationToken cancel)
    {
        if (name.Length > MaxName)
            return Names.TooLong("name", name, MaxName);
        if (Check(tags) is { } bad)
            return bad;
        var now = Now();
        var user = tags.FirstOrDefault(static t => t.Key == EvaluationRecord.UserTag).Value;
        var dataset = new EvaluationDataset("d-" + RunIds.New(time), name, EvaluationDataset.NextDigest(name, "", now), Schema: null, 0, now, now, user, user)
        {
            Tags = tags,
        };
        return await db.WriteAsync<EvaluationDataset>(async session =>
        {
            if ((await KnownAsync(session, actor, experimentIds)).Failed(out var unknown, out var experiments))
                return unknown;
            await EvaluationDatasetStore.InsertAsync(session, actor.Workspace, dataset);
            await EvaluationDatasetStore.LinkAsync(session, actor.Workspace, dataset.DatasetId, experiments);
            await audit.AppendAsync(session, actor, Act.Dataset("evaluation-dataset.create", dataset.DatasetId) with { After = StateHash.Of(dataset) });
            return dataset;
        }, cancel);
    }

    /// <summary>A data set; <c>tracking.dataset_not_found</c>.</summary>
    public async ValueTask<Result<EvaluationDataset>> GetAsync(Actor actor, string id, CancellationToken cancel)
    {
        var found = await db.ReadAsync(session => EvaluationDatasetStore.FindAsync(session, actor.Workspace, id), cancel);
        return found is null ? NotFound(id) : found;
    }

    /// <summary>One page; <c>tracking.invalid_token</c>.</summary>
    public async ValueTask<Result<Page<EvaluationDataset>>> SearchAsync(Actor actor, EvaluationDatasetSearch search, CancellationToken cancel)
    {
        var page = await db.ReadAsync(session => EvaluationDatasetStore.SearchAsync(session, actor.Workspace, search), cancel);
        return page is null ? Experiments.InvalidToken(search.Token!) : page;
    }

    /// <summary>Deletes a data set and its records for good. One that is not there is deleted already.</summary>
    public async ValueTask<Result<Done>> DeleteAsync(Actor actor, string id, CancellationToken cancel) => await db.WriteAsync<Done>(async session =>
    {
        if (await EvaluationDatasetStore.RemoveAsync(session, actor.Workspace, id))
            await audit.AppendAsync(session, actor, Act.Dataset("evaluation-dataset.delete", id));
        return Done.Ok;
    }, cancel);

    /// <summary>Sets tags; <c>tracking.dataset_not_found</c>.</summary>
    public async ValueTask<Result<Done>> SetTagsAsync(Actor actor, string id, IReadOnlyList<Pair> tags, CancellationToken cancel)
    {
        if (Check(tags) is { } bad)
            return bad;
        return await db.WriteAsync<Done>(async session =>
        {
            if (await EvaluationDatasetStore.FindAsync(session, actor.Workspace, id) is not { } dataset)
                return NotFound(id);
            await EvaluationDatasetStore.SetTagsAsync(session, actor.Workspace, id, tags);
            if (tags.Except(dataset.Tags).Any())
            {
                await audit.AppendAsync(session, actor, Act.Dataset("evaluation-dataset.tag.set", id) with
                {
                    After = ContentHash.Of(tags),
                    Detail = Act.Counts(("tags", tags.Count)),
                });
            }

            return Done.Ok;
        }, cancel);
    }

    /// <summary>Removes a tag. One that is not there is removed already.</summary>
    public async ValueTask<Result<Done>> RemoveTagAsync(Actor actor, string id, string key, CancellationToken cancel) => await db.WriteAsync<Done>(async session =>
    {
        if (await EvaluationDatasetStore.RemoveTagAsync(session, actor.Workspace, id, key))
            await audit.AppendAsync(session, actor, Act.Dataset("evaluation-dataset.tag.delete", id) with { Detail = Act.Text("key", key) });
        return Done.Ok;
    }, cancel);

    /// <summary>The experiments that a data set belongs to; none when there is no such data set.</summary>
    public ValueTask<List<long>> ExperimentsAsync(Actor actor, string id, CancellationToken cancel) =>
        db.ReadAsync(session => EvaluationDatasetStore.ExperimentsAsync(session, actor.Workspace, id), cancel);

    /// <summary>Adds it to experiments, where it may be already; <c>tracking.dataset_not_found</c>, <c>tracking.experiment_not_found</c>.</summary>
    public ValueTask<Result<EvaluationDataset>> LinkAsync(Actor actor, string id, IReadOnlyList<string> experimentIds, CancellationToken cancel) =>
        ChangeAsync(actor, id, async (session, dataset) =>
        {
            if ((await KnownAsync(session, actor, experimentIds)).Failed(out var unknown, out var experiments))
                return unknown;
            var added = await EvaluationDatasetStore.LinkAsync(session, actor.Workspace, id, experiments);
            if (added > 0)
                await audit.AppendAsync(session, actor, Act.Dataset("evaluation-dataset.link", id) with { Detail = Act.Counts(("experiments", added)) });
            return dataset;
        }, cancel);

    /// <summary>Removes it from experiments, where it may not be; <c>tracking.dataset_not_found</c>.</summary>
    public ValueTask<Result<EvaluationDataset>> UnlinkAsync(Actor actor, string id, IReadOnlyList<string> experimentIds, CancellationToken cancel) =>
        ChangeAsync(actor, id, async (session, dataset) =>
        {
            var removed = await EvaluationDatasetStore.UnlinkAsync(session, actor.Workspace, id, [.. experimentIds.Select(Experiments.ParseId).OfType<long>()]);
            if (removed > 0)
                await audit.AppendAsync(session, actor, Act.Dataset("evaluation-dataset.unlink", id) with { Detail = Act.Counts(("experiments", removed)) });
            return dataset;
        }, cancel);

    /// <summary>Adds records, or merges them into those of the same inputs; <c>tracking.dataset_not_found</c>.</summary>
    /// <param name="actor">Who, and in which workspace.</param>
    /// <param name="id">Of the data set.</param>
    /// <param name="given">In order: a later one is merged into an earlier one of the same inputs.</param>
    /// <param name="user">Who changes the data set; null for whom the records name.</param>
    /// <param name="cancel">Stops before the commit.</param>
    /// <returns>How many were added and how many merged.</returns>
    public async ValueTask<Result<(int Inserted, int Updated)>> UpsertAsync(
        Actor actor, string id, IReadOnlyList<GivenRecord> given, string? user, CancellationToken cancel)
    {
        var now = Now();
        return await db.WriteAsync<(int, int)>(async session =>
        {
            if (await EvaluationDatasetStore.TouchAsync(session, actor.Workspace, id, now) is not { } dataset)
                return NotFound(id);
            var hashes = given.Select(static record => record.InputHash).ToHashSet();
            var records = (await EvaluationRecordStore.ListAsync(session, actor.Workspace, id, hashes)).ToDictionary(static record => record.InputHash);
            var count = dataset.RecordCount;
            foreach (var record in given)
            {
                records[record.InputHash] = records.TryGetValue(record.InputHash, out var same)
                    ? same.Merge(record, now)
                    : EvaluationRecord.New("dr-" + RunIds.New(time), count++, record, now);
            }

            await EvaluationRecordStore.SaveAsync(session, actor.Workspace, id, [.. records.Values]);
            var after = dataset with
            {
                Digest = EvaluationDataset.NextDigest(dataset.Name, dataset.Digest, now),
                Schema = EvaluationSchema.Widen(dataset.Schema, given),
                RecordCount = count,
                UpdatedBy = user ?? given.LastOrDefault(static record => record.User is not null)?.User ?? dataset.UpdatedBy,
            };
            await EvaluationDatasetStore.SetContentAsync(session, actor.Workspace, after);
            var inserted = (int)(count - dataset.RecordCount);
            await audit.AppendAsync(session, actor, Act.Dataset("evaluation-dataset.records.write", id) with
            {
                Before = StateHash.Of(dataset),
                After = StateHash.Of(after),
                Detail = Act.Counts(("inserted", inserted), ("merged", given.Count - inserted)),
            });
            return (inserted, given.Count - inserted);
        }, cancel);
    }

    /// <summary>One page of records, in the order of arrival; <c>tracking.dataset_not_found</c>, <c>tracking.invalid_token</c>.</summary>
    public async ValueTask<Result<Page<EvaluationRecord>>> RecordsAsync(Actor actor, string id, int max, string? token, CancellationToken cancel)
    {
        var after = -1L;
        if (token is not null)
        {
            if (PageToken.Decode(token, 1) is not [long last])
                return Experiments.InvalidToken(token);
            after = last;
        }

        return await db.ReadAsync<Result<Page<EvaluationRecord>>>(async session =>
        {
            if (await EvaluationDatasetStore.FindAsync(session, actor.Workspace, id) is null)
                return NotFound(id);
            var records = await EvaluationRecordStore.ListAsync(session, actor.Workspace, id, after, max + 1);
            if (records.Count <= max)
                return new Page<EvaluationRecord>(records, NextToken: null);
            records.RemoveAt(max);
            return new Page<EvaluationRecord>(records, PageToken.Encode(records[^1].Position));
        }, cancel);
    }

    private static async ValueTask<Result<IReadOnlyList<long>>> KnownAsync(DbSession session, Actor actor, IReadOnlyList<string> ids)
    {
        var asked = ids.Select(Experiments.ParseId).OfType<long>().Distinct().ToArray();
        var known = (await EvaluationDatasetStore.KnownAsync(session, actor.Workspace, asked)).ToHashSet();
        return ids.FirstOrDefault(id => Experiments.ParseId(id) is not { } number || !known.Contains(number)) is { } stranger
            ? Experiments.NotFound(stranger)
            : asked;
    }

    private static Failure? Check(IReadOnlyList<Pair> tags)
    {
        foreach (var tag in tags)
        {
            if (tag.Key.Length is 0 or > Names.MaxKey)
                return Failure.Invalid("tracking.invalid_name", $"The key of a tag must have 1 to {Names.MaxKey.ToString(CultureInfo.InvariantCulture)} characters; '{Names.Cut(tag.Key, 100)}' has {tag.Key.Length.ToString(CultureInfo.InvariantCulture)}.");
            if (tag.Value.Length > MaxTagValue)
                return Names.TooLong("value", tag.Value, MaxTagValue);
        }

        return null;
    }

    private static Failure NotFound(string id) =>
        Failure.NotFound("tracking.dataset_not_found", $"Evaluation dataset with id '{Names.Cut(id, 100)}' not found");

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();

    private async ValueTask<Result<EvaluationDataset>> ChangeAsync(
        Actor actor, string id, Func<DbSession, EvaluationDataset, ValueTask<Result<EvaluationDataset>>> change, CancellationToken cancel)
    {
        var now = Now();
        return await db.WriteAsync<EvaluationDataset>(async session =>
            await EvaluationDatasetStore.TouchAsync(session, actor.Workspace, id, now) is { } dataset
                ? await change(session, (await EvaluationDatasetStore.FillAsync(session, actor.Workspace, [dataset]))[0])
                : NotFound(id), cancel);
    }
}
