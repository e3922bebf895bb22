using System.Globalization;
using System.Text.Json;
using Orrery.Audit;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;
using JobState = Orrery.Storage.JobState;
using StoredJob = Orrery.Storage.Job;

namespace Orrery.Features;

/// <summary>Starting materializations, and how views stand online. One run of a view at a time.</summary>
internal sealed class Materializations(Db db, AuditLog audit, Jobs jobs, Projects projects, IOnlineStore store, TimeProvider time)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(25);

    /// <summary>
    /// Starts a run of each view; <c>features.view_not_found</c>, <c>features.view_offline</c>, <c>features.materializing</c>,
    /// <c>features.invalid_window</c>.
    /// </summary>
    public async ValueTask<Result<MaterializationRunPage>> StartAsync(Actor actor, string projectName, StartMaterialization asked, CancellationToken cancel)
    {
        if ((await projects.FindAsync(actor, projectName, cancel)).Failed(out var failure, out var project))
            return failure;
        if (Views(actor, project, asked.Views).Failed(out failure, out var views))
            return failure;
        if (Moment("from", asked.From).Failed(out failure, out var from) || Moment("to", asked.To).Failed(out failure, out var to))
            return failure;
        var mode = asked.Rebuild ? MaterializationModes.Rebuild : from is null ? MaterializationModes.Incremental : MaterializationModes.Range;
        var started = await StartAsync(actor, project, views, mode, from, to, asked.Force, cancel);
        return started.Then<MaterializationRunPage>(static runs => new MaterializationRunPage { Runs = [.. runs.Select(static run => Document(run, job: null))] });
    }

    /// <summary>Starts runs of views that may be started.</summary>
    public async ValueTask<Result<List<MaterializationRow>>> StartAsync(
        Actor actor, FeatureProject project, IReadOnlyList<FeatureView> views, string mode, long? from, long? to, bool force, CancellationToken cancel)
    {
        var now = Micros(time.GetUtcNow());
        // A time to come would hide what comes until then from later runs.
        var until = to is { } asked && asked < now ? asked : now;
        if (from > until)
            return Failure.Invalid("features.invalid_window", "The time to materialize ends before it begins.");
        if (force && (await StopAsync(actor, project, views, cancel)).Failed(out var stuck, out _))
            return stuck;
        return await db.WriteAsync<List<MaterializationRow>>(async session =>
        {
            var runs = new List<MaterializationRow>();
            foreach (var view in views)
            {
                var payload = JsonSerializer.Serialize(new MaterializationPayload(project.Name), MaterializationJson.Default.MaterializationPayload);
                var (id, isNew) = await jobs.FindOrEnqueueAsync(session, actor, MaterializationJob.JobKind, payload, string.Create(CultureInfo.InvariantCulture, $"{project.Name}/{view.Id}/{view.StorageVersion}"));
                if (!isNew)
                    return Failure.Conflict("features.materializing", $"Feature view {view.Name} is being materialized by run {id}; wait for it, or start with force to stop it.");
                var state = await MaterializationStore.StateAsync(session, OnlineTable.Of(project, view));
                var run = new MaterializationRow
                {
                    RunId = id.ToString(),
                    Project = project.Name,
                    ViewId = view.Id,
                    View = view.Name,
                    Version = view.Version,
                    StorageVersion = view.StorageVersion,
                    Mode = mode,
                    From = mode switch { MaterializationModes.Incremental => Start(view, state, until), MaterializationModes.Rebuild => null, _ => from },
                    To = until,
                    State = "queued",
                    CreatedBy = actor.Name,
                    CreatedAt = time.GetUtcNow().ToUnixTimeMilliseconds(),
                };
                if (mode is MaterializationModes.Rebuild)
                    await MaterializationStore.ForgetAsync(session, OnlineTable.Of(project, view));
                await MaterializationStore.InsertAsync(session, actor.Workspace, run);
                await audit.AppendAsync(session, actor, new AuditRecord("features.materialize", "feature-view", view.Id)
                {
                    Detail = $$"""{"run":"{{run.RunId}}","mode":"{{mode}}","version":{{view.Version.ToString(CultureInfo.InvariantCulture)}}}""",
                });
                runs.Add(run);
            }

            return runs;
        }, cancel);
    }

    /// <summary>Begins runs, and waits for their end when asked to.</summary>
    /// <param name="actor">Who asks.</param>
    /// <param name="project">The definitions.</param>
    /// <param name="order">What.</param>
    /// <param name="wait">Answer when they have ended, with the failure of the first that failed.</param>
    /// <param name="cancel">Stops waiting; runs that have begun go on.</param>
    /// <returns><c>features.materializing</c> when one of the views is in a run already, and <see cref="MaterializationOrder.Force"/> was not given.</returns>
    public async ValueTask<Result<Done>> RunAsync(Actor actor, FeatureProject project, MaterializationOrder order, bool wait, CancellationToken cancel)
    {
        var mode = order.IsIncremental ? MaterializationModes.Incremental : MaterializationModes.Range;
        var from = order.Start is { } start ? Micros(start) : (long?)null;
        var to = order.End is { } end ? Micros(end) : (long?)null;
        if ((await StartAsync(actor, project, order.Views, mode, from, to, order.Force, cancel)).Failed(out var failure, out var runs))
            return failure;
        if (!wait)
            return Done.Ok;
        foreach (var run in runs)
        {
            if ((await WaitAsync(actor, run, cancel)) is { } failed)
                return failed;
        }

        return Done.Ok;
    }

    /// <summary>One run; <c>features.run_not_found</c>.</summary>
    public async ValueTask<Result<MaterializationRun>> FindAsync(Actor actor, string projectName, string id, CancellationToken cancel)
    {
        var run = await db.ReadAsync(session => MaterializationStore.FindAsync(session, actor.Workspace, id), cancel);
        return run is null || run.Project != projectName || !Allows(actor, run.ViewId)
            ? Failure.NotFound("features.run_not_found", $"There is no materialization {DefinitionNames.Clip(id)} in project {DefinitionNames.Clip(projectName)}.")
            : await WithJobAsync(actor, run, cancel);
    }

    /// <summary>Runs of a project, or of one view, newest first; <c>features.project_not_found</c>, <c>features.invalid_page_token</c>.</summary>
    public async ValueTask<Result<MaterializationRunPage>> ListAsync(
        Actor actor, string projectName, string? view, int limit, string? token, CancellationToken cancel)
    {
        var before = "g";
        if (!string.IsNullOrEmpty(token) && (before = PageToken.Decode(token, 1)?[0] as string) is null)
            return FeaturePages.NotOurs();
        var rows = await db.ReadAsync(session => MaterializationStore.ListAsync(session, actor.Workspace, projectName, view, before!, limit + 1), cancel);
        if (rows.Count == 0 && (await projects.FindAsync(actor, projectName, cancel)).Failed(out var unknown, out _))
            return unknown;
        var shown = new List<MaterializationRun>();
        foreach (var row in rows.Take(limit).Where(row => Allows(actor, row.ViewId)))
            shown.Add(await WithJobAsync(actor, row, cancel));
        return new MaterializationRunPage { Runs = shown, NextPageToken = rows.Count > limit ? PageToken.Encode(rows[limit - 1].RunId) : null };
    }

    /// <summary>How the views of a project stand online.</summary>
    public async ValueTask<Result<OnlineStatus>> StatusAsync(Actor actor, string projectName, CancellationToken cancel)
    {
        if ((await projects.FindAsync(actor, projectName, cancel)).Failed(out var failure, out var project))
            return failure;
        var views = project.ServedViews().Where(view => Allows(actor, view.Id)).ToList();
        var (states, latest) = await db.ReadAsync(async session =>
        {
            var found = new List<MaterializationState>();
            foreach (var view in views)
                found.Add(await MaterializationStore.StateAsync(session, OnlineTable.Of(project, view)));
            return (found, (await MaterializationStore.LatestAsync(session, actor.Workspace, project.Name)).ToDictionary(static run => (run.ViewId, run.StorageVersion)));
        }, cancel);
        var answer = new List<OnlineViewStatus>();
        for (var at = 0; at < views.Count; at++)
        {
            var size = await store.SizeAsync(OnlineTable.Of(project, views[at]), cancel);
            var last = latest.TryGetValue((views[at].Id, views[at].StorageVersion), out var run) ? await WithJobAsync(actor, run, cancel) : null;
            answer.Add(Status(views[at], states[at], size.Succeeded ? size.Value : null, last));
        }

        return new OnlineStatus { Views = answer };
    }

    internal static bool Allows(Actor actor, string viewId) => actor.Limits is not { } limits || limits.Ids.Contains(viewId);

    internal static long Micros(DateTimeOffset moment) => (moment.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    private OnlineViewStatus Status(FeatureView view, MaterializationState state, OnlineSize? size, MaterializationRun? last)
    {
        var now = time.GetUtcNow();
        var age = state.Newest is { } newest ? (Micros(now) - newest) / 1e6 : (double?)null;
        CronSchedule.Read(view.Schedule ?? "", out var cron);
        return new()
        {
            View = view.Name,
            Version = view.Version,
            MaterializedUntil = state.Until / 1000,
            NewestEvent = state.Newest / 1000,
            AgeSeconds = age,
            TargetSeconds = view.Freshness?.TotalSeconds,
            IsStale = view.Freshness is { } target && (age is null || age > target.TotalSeconds),
            Rows = size?.Rows,
            Bytes = size?.Bytes,
            Schedule = view.Schedule,
            NextRun = cron?.GetNextValidTimeAfter(now)?.ToUnixTimeMilliseconds(),
            LastRun = last,
        };
    }

    // The first run of a view with a ttl looks no further back than that: older rows would be expired. When the ttl has grown since, or gone,
    // what it lets in now is brought online, too.
    private static long? Start(FeatureView view, MaterializationState state, long until)
    {
        var allowed = view.Ttl is { Ticks: > 0 } ttl ? until - (ttl.Ticks / TimeSpan.TicksPerMicrosecond) : (long?)null;
        if (state.Until is not { } done || state.Since is not { } since || (allowed ?? long.MinValue) < since)
            return allowed;
        return Math.Min(done + 1, until) - (view.Lateness.Ticks / TimeSpan.TicksPerMicrosecond);
    }

    private static Result<List<FeatureView>> Views(Actor actor, FeatureProject project, IReadOnlyList<string> names)
    {
        if (names.Count == 0)
            return project.ServedViews().Where(view => Allows(actor, view.Id)).ToList();
        var views = new List<FeatureView>();
        foreach (var name in names.Distinct())
        {
            if (!project.Views.TryGetValue(name, out var view) || !Allows(actor, view.Id))
                return Failure.NotFound("features.view_not_found", $"Feature view {DefinitionNames.Clip(name)} does not exist in project {project.Name}.");
            if (!view.IsOnline)
                return Failure.Invalid("features.view_offline", $"Feature view {name} is not served online (online: false).");
            views.AddRange(project.ServedViews().Where(served => served.Id == view.Id));
        }

        return views;
    }

    private static Result<long?> Moment(string field, string? text)
    {
        if (string.IsNullOrEmpty(text))
            return (long?)null;
        return JsonCast.TryMoment(text, out var micros)
            ? micros
            : Failure.Invalid("features.invalid_window", $"'{DefinitionNames.Clip(text)}' in '{field}' is no time; write ISO 8601, as 2026-11-21T10:00:00Z.");
    }

    /// <summary>Stops runs of views that are at work, and waits until they have stopped.</summary>
    internal async Task<Result<Done>> StopAsync(Actor actor, FeatureProject project, IReadOnlyList<FeatureView> views, CancellationToken cancel)
    {
        foreach (var view in views)
        {
            var rows = await db.ReadAsync(session => MaterializationStore.ListAsync(session, actor.Workspace, project.Name, view.Name, "g", 20), cancel);
            if (rows.Find(row => row.StorageVersion == view.StorageVersion) is not { } run || !JobId.TryParse(run.RunId, null, out var id))
                continue;
            // A run tells its end a moment before its job has ended.
            if (run.FinishedAt is null)
                await jobs.CancelAsync(actor, id, cancel);
            while (await jobs.FindAsync(actor, id, cancel) is { State: JobState.Queued or JobState.Running })
                await Task.Delay(Look, time, cancel);
        }

        return Done.Ok;
    }

    private async Task<Failure?> WaitAsync(Actor actor, MaterializationRow run, CancellationToken cancel)
    {
        if (!JobId.TryParse(run.RunId, null, out var id))
            return null;
        while (await jobs.FindAsync(actor, id, cancel) is { State: JobState.Queued or JobState.Running } job)
        {
            // A job that waits for a part of the machinery would be waited for until the caller gives up.
            if (job is { Attempts: > 1, Error: { } error })
                return Failure.Unavailable(job.ErrorCode ?? "features.materialization_failed", error);
            await Task.Delay(Look, time, cancel);
        }

        return await jobs.FindAsync(actor, id, cancel) is { State: JobState.Failed or JobState.Cancelled } ended
            ? new Failure(FailureKind.Invalid, ended.ErrorCode ?? "features.materialization_failed", ended.Error ?? $"The materialization of {run.View} was cancelled.")
            : null;
    }

    private async Task<MaterializationRun> WithJobAsync(Actor actor, MaterializationRow run, CancellationToken cancel) =>
        Document(run, run.FinishedAt is null && JobId.TryParse(run.RunId, null, out var id) ? await jobs.FindAsync(actor, id, cancel) : null);

    private static MaterializationRun Document(MaterializationRow run, StoredJob? job) => new()
    {
        Id = run.RunId,
        Project = run.Project,
        View = run.View,
        Version = run.Version,
        Mode = run.Mode,
        State = job is null ? run.State : job.State switch
        {
            JobState.Queued => "queued",
            JobState.Running => "running",
            JobState.Succeeded => "succeeded",
            JobState.Failed => "failed",
            _ => "cancelled",
        },
        From = run.From / 1000,
        To = run.To / 1000,
        Progress = run.State is "succeeded" ? 1 : job?.Progress ?? 0,
        Message = job?.Message,
        RowsRead = run.RowsRead,
        RowsWritten = run.RowsWritten,
        RowsOlder = run.RowsRead - run.RowsWritten,
        Quarantined = run.Quarantined,
        Error = run.Error ?? job?.Error,
        CreatedBy = run.CreatedBy,
        CreatedAt = run.CreatedAt,
        FinishedAt = run.FinishedAt ?? job?.FinishedAt?.ToUnixTimeMilliseconds(),
    };
}
