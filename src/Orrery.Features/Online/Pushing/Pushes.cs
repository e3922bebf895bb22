using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Orrery.Audit;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Features;

/// <summary>One push.</summary>
/// <param name="Source">That was named.</param>
/// <param name="Frame">Its rows.</param>
/// <param name="Views">That it feeds.</param>
/// <param name="To">Where it goes.</param>
internal sealed record Push(FeatureSource Source, PushFrame Frame, IReadOnlyList<FeatureView> Views, PushTargets To)
{
    /// <summary>Given by the caller so that the push may be repeated; null for none.</summary>
    public string? Key { get; init; }

    /// <summary>SHA-256 of what was sent.</summary>
    public byte[] Hash { get; init; } = [];

    /// <summary>What rules said of it; null when none is broken.</summary>
    public PushJudgement? Judgement { get; init; }
}

/// <summary>
/// Takes pushes: the history and the key in one transaction, then the online store, then the caller is answered. A push that was cut off between
/// the two is finished by its repetition, or by <see cref="PushHealing"/>.
/// </summary>
internal sealed class Pushes(Db db, AuditLog audit, IOnlineStore store, Freshness freshness, FeatureMetrics metrics, TimeProvider time)
{
    public const int MaxKeyLength = 200;

    /// <summary>Does a push. What its rows lack was made out before.</summary>
    /// <returns>The answer; <c>features.idempotency_key_reused</c>, <c>features.push_history_elsewhere</c>, the online store's failures.</returns>
    public async ValueTask<Result<PushAnswer>> RunAsync(Actor actor, FeatureProject project, Push push, CancellationToken cancel)
    {
        if (push.To.HasFlag(PushTargets.Offline) && push.Source.Batch is { } batch)
        {
            return Failure.Unsupported(
                "features.push_history_elsewhere", $"The history of push source {push.Source.Name} is the source {batch.Name}, which is not written through this server; push to online.");
        }

        // All is made out before the first write.
        var writes = push.To.HasFlag(PushTargets.Online)
            ? push.Views.Where(static view => view.IsOnline).Select(view => (OnlineTable.Of(project, view), push.Frame.WritesOf(view))).ToList()
            : [];
        var history = push.To.HasFlag(PushTargets.Offline) ? push.Frame.History() : [];
        var errors = push.Frame.Errors;
        var answer = new PushAnswer { Rows = push.Frame.Rows, Accepted = push.Frame.Accepted, Errors = errors, Quarantined = push.Frame.Aside };
        // One without a key of the caller's that has two places to be written to gets a key, so that it can be finished.
        var key = push.Key ?? (push.To is PushTargets.Both ? $"~{Guid.CreateVersion7(time.GetUtcNow()):N}" : null);
        if ((await BeginAsync(actor, project, push, key, history, answer, cancel)).Failed(out var refused, out var known))
            return refused;
        if (known is { IsDone: true })
            return Read(known.Answer).Answer;
        if (push.To.HasFlag(PushTargets.Online))
        {
            if ((await WriteAsync(writes, known is null ? EqualTimes.Replace : EqualTimes.Keep, cancel)).Failed(out var away, out var older))
                return away;
            answer = answer with { Older = older };
        }

        if (key is not null && push.To.HasFlag(PushTargets.Online))
            await EndAsync(actor.Workspace, project.Name, push, key, known is null ? answer : Read(known.Answer).Answer with { Older = answer.Older });
        metrics.Pushed(answer.Accepted, "accepted");
        metrics.Pushed(errors.Count, "refused");
        return answer;
    }

    /// <summary>Writes rows of one view online, without a history.</summary>
    public async ValueTask<Result<Done>> WriteAsync(Actor actor, FeatureProject project, FeatureView view, PushFrame frame, byte[] hash, CancellationToken cancel)
    {
        var writes = frame.WritesOf(view);
        var recorded = await db.WriteAsync<Done>(async session =>
        {
            await audit.AppendAsync(session, actor, new("feature.write", "feature-view", view.Id) { After = hash, Detail = $$"""{"rows":{{writes.Count}}}""" });
            return Done.Ok;
        }, cancel);
        if (recorded.Failed(out var unrecorded, out _))
            return unrecorded;
        if ((await store.WriteAsync(OnlineTable.Of(project, view), writes, EqualTimes.Replace, cancel)).Failed(out var failure, out var taken))
            return failure;
        metrics.StoreWritten(taken);
        return Done.Ok;
    }

    internal static PushState Read(string state) => JsonSerializer.Deserialize(state, PushStateJson.Default.PushState)!;

    internal static string Write(PushState state) => JsonSerializer.Serialize(state, PushStateJson.Default.PushState);

    /// <summary>What is known of the key from before; null when this is the first time.</summary>
    private async ValueTask<Result<KnownPush?>> BeginAsync(
        Actor actor, FeatureProject project, Push push, string? key, List<PushedRow> history, PushAnswer answer, CancellationToken cancel) =>
        await db.WriteAsync<KnownPush?>(async session =>
        {
            if (key is not null && await PushStore.FindKeyAsync(session, actor.Workspace, project.Name, push.Source.Name, key) is { } known)
                return known.BodyHash.AsSpan().SequenceEqual(push.Hash) ? known : Reused(key);
            var (first, last) = history.Count > 0
                ? await PushStore.AppendAsync(session, actor.Workspace, project.Name, push.Source.Name, history)
                : (0, 0);
            if (push.Judgement is { } judgement)
                await judgement.KeepAsync(session, actor.Workspace);
            // Without a history nothing can be finished but by the caller: its key is written at the end.
            if (key is not null && push.To.HasFlag(PushTargets.Offline))
            {
                var state = push.To is PushTargets.Both ? PushStore.Stored : PushStore.Done;
                await PushStore.InsertKeyAsync(
                    session, actor.Workspace, project.Name, push.Source.Name, key, push.Hash, state, Write(new() { Answer = answer, First = first, Last = last }), time.GetUtcNow());
            }

            await audit.AppendAsync(session, actor, new("feature.push", "push-source", $"{project.Name}/{push.Source.Name}")
            {
                After = push.Hash,
                Detail = $$"""{"rows":{{answer.Accepted}},"refused":{{answer.Errors.Count}},"to":"{{push.To.ToString().ToLowerInvariant()}}"}""",
            });
            return (KnownPush?)null;
        }, cancel);

    /// <summary>Writes to every view's table.</summary>
    /// <returns>How many rows were older than what is there.</returns>
    private async ValueTask<Result<int>> WriteAsync(List<(OnlineTable Table, List<OnlineWrite> Writes)> all, EqualTimes equal, CancellationToken cancel)
    {
        var older = 0;
        foreach (var (table, writes) in all)
        {
            // Of equal rows the last one counts, which is the first when what is there is kept.
            if (equal is EqualTimes.Keep)
                writes.Reverse();
            if ((await store.WriteAsync(table, writes, equal, cancel)).Failed(out var failure, out var taken))
                return failure;
            metrics.StoreWritten(taken);
            if (writes.Count > 0)
                freshness.Saw(table, writes.Max(static write => write.Row.EventTime));
            older += writes.Count - taken;
        }

        return older;
    }

    private async ValueTask EndAsync(WorkspaceId workspace, string project, Push push, string key, PushAnswer answer) =>
        await db.WriteAsync<Done>(async session =>
        {
            var state = Write(new() { Answer = answer });
            await PushStore.InsertKeyAsync(session, workspace, project, push.Source.Name, key, push.Hash, PushStore.Done, state, time.GetUtcNow());
            await PushStore.FinishKeyAsync(session, workspace, project, push.Source.Name, key, state);
            return Done.Ok;
        }, CancellationToken.None);

    /// <summary>What tells one push from another: its project, its source, where it goes and what was sent.</summary>
    public static byte[] HashOf(string project, string source, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{project}\n{source}\n"));
        hash.AppendData(body);
        return hash.GetHashAndReset();
    }

    private static Failure Reused(string key) => Failure.Conflict(
        "features.idempotency_key_reused", $"The idempotency key '{DefinitionNames.Clip(key)}' came before with another body; give every push a key of its own.");
}
