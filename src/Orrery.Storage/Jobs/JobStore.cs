using System.Data.Common;
using Orrery.Kernel;

namespace Orrery.Storage;

/// <summary>Table <c>sys_job</c>.</summary>
internal static class JobStore
{
    private const string Columns = """
        job_id, kind, state, payload, result, error_code, error, progress, message, attempts, cancel_requested, dedupe_key,
               created_by, created_at, started_at, finished_at
        """;

    private const string Insert = """
        insert into sys_job (
               tenant_id, job_id, kind, state, payload, progress, message, attempts, fence, due_at, cancel_requested, dedupe_key,
               workspace, created_by, created_at, principal_id)
        values (@tenant, @id, @kind, 'queued', @payload, 0, '', 0, 0, @due, 0, @key, @workspace, @by, @now, @principal)
            on conflict do nothing
        """;

    private const string FindUnfinished = """
        select job_id
          from sys_job
         where tenant_id = @tenant and kind = @kind and dedupe_key = @key and due_at is not null
        """;

    private const string Find = $"""
        select {Columns}
          from sys_job
         where tenant_id = @tenant and job_id = @id
        """;

    private const string List = $"""
        select {Columns}
          from sys_job
         where tenant_id = @tenant and job_id < @before
           and (@kind is null or kind = @kind)
           and (@state is null or state = @state)
         order by job_id desc
         limit @limit
        """;

    private const string Cancel = """
        update sys_job
           set cancel_requested = 1,
               state = case when state = 'queued' then 'cancelled' else state end,
               due_at = case when state = 'queued' then null else due_at end,
               finished_at = case when state = 'queued' then @now else null end
         where tenant_id = @tenant and job_id = @id and state in ('queued', 'running')
        """;

    private const string AnyDue = """
        select 1
          from sys_job
         where due_at <= @now and kind {in kinds}
         limit 1
        """;

    private const string Take = """
          with due as materialized (
               select tenant_id as t, job_id as j
                 from sys_job
                where due_at <= @now and kind {in kinds}
                order by due_at, job_id
                limit @limit
                {skip locked})
        update sys_job
           set state = 'running', attempts = attempts + 1, fence = fence + 1, leased_by = @server, due_at = @until, started_at = @now
          from due
         where tenant_id = t and job_id = j
        returning tenant_id, workspace, created_by, job_id, kind, payload, attempts, fence, cancel_requested, principal_id
        """;

    private const string TakeBack = """
        update sys_job
           set due_at = @now
         where state = 'running' and due_at > @now
        """;

    private const string Holds = """
        select 1
          from sys_job
         where tenant_id = @tenant and job_id = @id and fence = @fence and state = 'running'
        {for update}
        """;

    private const string Renew = """
        update sys_job
           set due_at = @until, progress = coalesce(@progress, progress), message = coalesce(@message, message)
         where tenant_id = @tenant and job_id = @id and fence = @fence and state = 'running'
        returning cancel_requested
        """;

    private const string Finish = """
        update sys_job
           set state = @state, due_at = null, finished_at = @now, leased_by = null, result = @result,
               error_code = coalesce(@code, error_code), error = coalesce(@error, error),
               progress = coalesce(@progress, progress), message = coalesce(@message, message)
         where tenant_id = @tenant and job_id = @id and fence = @fence and state = 'running'
        """;

    private const string Requeue = """
        update sys_job
           set state = 'queued', due_at = @due, attempts = attempts - @uncounted, leased_by = null,
               error_code = coalesce(@code, error_code), error = coalesce(@error, error),
               progress = coalesce(@progress, progress), message = coalesce(@message, message)
         where tenant_id = @tenant and job_id = @id and fence = @fence and state = 'running'
        """;

    private const string Prune = """
        delete from sys_job
         where (tenant_id, job_id) in (
               select tenant_id, job_id
                 from sys_job
                where finished_at < @before
                order by finished_at
                limit @limit)
        """;

    /// <summary>False when an unfinished job of that kind and key is in the way.</summary>
    public static async ValueTask<bool> InsertAsync(
        DbSession session, Actor actor, JobId id, string kind, string payload, string? dedupeKey, long now, long due)
    {
        using var statement = session.Sql(Insert)
            .Set("tenant", actor.Workspace.Value).Set("id", id.ToString()).Set("kind", kind).Set("payload", payload).Set("due", due)
            .Set("key", dedupeKey).Set("workspace", actor.WorkspaceName).Set("by", actor.Name).Set("now", now)
            .Set("principal", actor.Origin.PrincipalId);
        return await statement.ExecuteAsync() == 1;
    }

    public static async ValueTask<JobId?> FindUnfinishedAsync(DbSession session, Actor actor, string kind, string dedupeKey)
    {
        using var statement = session.Sql(FindUnfinished).Set("tenant", actor.Workspace.Value).Set("kind", kind).Set("key", dedupeKey);
        return await statement.FindAsync<JobId?>(static row => JobId.Parse(row.GetString(0), null));
    }

    public static async ValueTask<Job?> FindAsync(DbSession session, Actor actor, JobId id)
    {
        using var statement = session.Sql(Find).Set("tenant", actor.Workspace.Value).Set("id", id.ToString());
        return await statement.FindAsync(Read);
    }

    /// <param name="session">Reads.</param>
    /// <param name="actor">The workspace.</param>
    /// <param name="filter">Which jobs.</param>
    /// <param name="before">The id before which the page begins; null for the newest.</param>
    /// <param name="limit">How many.</param>
    public static async ValueTask<List<Job>> ListAsync(DbSession session, Actor actor, JobFilter filter, string? before, int limit)
    {
        // '~' sorts after every hexadecimal digit.
        using var statement = session.Sql(List)
            .Set("tenant", actor.Workspace.Value).Set("before", before ?? "~").Set("kind", filter.Kind)
            .Set("state", filter.State is { } state ? Name(state) : null).Set("limit", limit);
        return await statement.ListAsync(Read);
    }

    /// <summary>False when there is no such job, or it is final.</summary>
    public static async ValueTask<bool> CancelAsync(DbSession session, Actor actor, JobId id, long now)
    {
        using var statement = session.Sql(Cancel).Set("now", now).Set("tenant", actor.Workspace.Value).Set("id", id.ToString());
        return await statement.ExecuteAsync() == 1;
    }

    public static async ValueTask<bool> AnyDueAsync(DbSession session, IReadOnlyCollection<string> kinds, long now)
    {
        using var statement = session.Sql(AnyDue).Set("now", now).SetList("kinds", kinds);
        return await statement.LongAsync() is not null;
    }

    /// <summary>Leases up to <paramref name="limit"/> due jobs, those first that have been due longest.</summary>
    public static async ValueTask<List<LeasedJob>> TakeAsync(
        DbSession session, IReadOnlyCollection<string> kinds, string server, long now, long until, int limit)
    {
        using var statement = session.Sql(Take)
            .Set("now", now).SetList("kinds", kinds).Set("limit", limit).Set("server", server).Set("until", until);
        return await statement.ListAsync(static row => new LeasedJob(
            Id: JobId.Parse(row.GetString(3), null),
            Actor: new Actor(new WorkspaceId(row.GetInt64(0)), row.GetString(1), row.GetString(2)) { Origin = Origin.Job(row.IsDBNull(9) ? null : row.GetString(9)) },
            Kind: row.GetString(4),
            Payload: row.GetString(5),
            Attempts: row.GetInt32(6),
            Fence: row.GetInt64(7),
            CancelRequested: row.GetInt64(8) != 0));
    }

    /// <summary>Ends the leases of all running jobs: for when no server can be running them.</summary>
    public static async ValueTask<int> TakeBackAsync(DbSession session, long now)
    {
        using var statement = session.Sql(TakeBack).Set("now", now);
        return await statement.ExecuteAsync();
    }

    /// <summary>True while <paramref name="job"/>'s lease is the newest; holds it so until the transaction ends.</summary>
    public static async ValueTask<bool> HoldsAsync(DbSession session, LeasedJob job)
    {
        using var statement = Fenced(session.Sql(Holds), job);
        return await statement.LongAsync() is not null;
    }

    /// <summary>Prolongs the lease and writes the progress, when there is news of it.</summary>
    /// <returns>Whether somebody asked to stop it; null when the lease is lost.</returns>
    public static async ValueTask<bool?> RenewAsync(DbSession session, LeasedJob job, long until, (double Progress, string? Message)? report)
    {
        using var statement = Fenced(session.Sql(Renew), job)
            .Set("until", until).Set("progress", report?.Progress).Set("message", report?.Message);
        return await statement.LongAsync() is { } requested ? requested != 0 : null;
    }

    /// <summary>Moves it to a final state; false when the lease is lost.</summary>
    public static async ValueTask<bool> FinishAsync(DbSession session, LeasedJob job, JobEnd end, long now)
    {
        using var statement = Fenced(session.Sql(Finish), job)
            .Set("state", Name(end.State)).Set("now", now).Set("result", end.Result).Set("code", end.ErrorCode).Set("error", end.Error)
            .Set("progress", end.Report?.Progress).Set("message", end.Report?.Message);
        return await statement.ExecuteAsync() == 1;
    }

    /// <summary>Gives it back to the queue; false when the lease is lost.</summary>
    public static async ValueTask<bool> RequeueAsync(DbSession session, LeasedJob job, JobEnd end, long due)
    {
        using var statement = Fenced(session.Sql(Requeue), job)
            .Set("due", due).Set("uncounted", end.Counted ? 0 : 1).Set("code", end.ErrorCode).Set("error", end.Error)
            .Set("progress", end.Report?.Progress).Set("message", end.Report?.Message);
        return await statement.ExecuteAsync() == 1;
    }

    /// <summary>Deletes jobs that were finished before <paramref name="before"/>, at most <paramref name="limit"/>.</summary>
    public static async ValueTask<int> PruneAsync(DbSession session, long before, int limit)
    {
        using var statement = session.Sql(Prune).Set("before", before).Set("limit", limit);
        return await statement.ExecuteAsync();
    }

    public static string Name(JobState state) => state switch
    {
        JobState.Queued => "queued",
        JobState.Running => "running",
        JobState.Succeeded => "succeeded",
        JobState.Failed => "failed",
        JobState.Cancelled => "cancelled",
        _ => throw new ArgumentOutOfRangeException(nameof(state)),
    };

    private static DbStatement Fenced(DbStatement statement, LeasedJob job) => statement
        .Set("tenant", job.Actor.Workspace.Value).Set("id", job.Id.ToString()).Set("fence", job.Fence);

    private static Job Read(DbDataReader row) => new()
    {
        Id = JobId.Parse(row.GetString(0), null),
        Kind = row.GetString(1),
        State = Enum.Parse<JobState>(row.GetString(2), ignoreCase: true),
        Payload = row.GetString(3),
        Result = row.IsDBNull(4) ? null : row.GetString(4),
        ErrorCode = row.IsDBNull(5) ? null : row.GetString(5),
        Error = row.IsDBNull(6) ? null : row.GetString(6),
        Progress = row.GetDouble(7),
        Message = row.GetString(8),
        Attempts = row.GetInt32(9),
        CancelRequested = row.GetInt64(10) != 0,
        DedupeKey = row.IsDBNull(11) ? null : row.GetString(11),
        CreatedBy = row.GetString(12),
        CreatedAt = Time(row, 13)!.Value,
        StartedAt = Time(row, 14),
        FinishedAt = Time(row, 15),
    };

    private static DateTimeOffset? Time(DbDataReader row, int column) =>
        row.IsDBNull(column) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));
}
