using System.Text.Json;
using Orrery.Audit;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Delivery;

/// <summary>Keeps where deliveries stand: the begin and the end of each stage, in a transaction that only the server that holds the job can make.</summary>
internal sealed class DeliveryProgress(Db db, Jobs jobs, AuditLog audit, DeliveryInstruments instruments, TimeProvider time)
{
    public const string ObjectKind = "delivery";

    /// <summary>Begins a stage; null when somebody asked to stop the delivery.</summary>
    /// <exception cref="LeaseLostException">Another server runs the delivery.</exception>
    public async ValueTask<(DeliveryRow Row, StageRow Stage)?> BeginAsync(JobContext job, string id, StageRow stage, CancellationToken cancel)
    {
        var now = Now();
        (DeliveryRow, StageRow)? begun = null;
        await WriteAsync(job, id, async (session, row) =>
        {
            begun = null;
            if (row.CancelBy is not null)
                return;
            var next = row with { State = DeliveryStates.Running, Stage = stage.Name, Message = null, StartedAt = row.StartedAt ?? now };
            var running = stage with { State = "running", StartedAt = stage.StartedAt ?? now, Message = stage.State == "waiting" ? stage.Message : null, Tries = stage.Tries + 1 };
            await DeliveryStore.UpdateAsync(session, job.Actor.Workspace, next);
            await StageStore.UpdateAsync(session, job.Actor.Workspace, id, running);
            begun = (next, running);
        }, cancel);
        return begun;
    }

    /// <summary>Ends a stage, or has it wait; and the delivery where it was the last, or it failed.</summary>
    /// <exception cref="LeaseLostException">Another server runs the delivery.</exception>
    public async ValueTask<DeliveryRow> EndAsync(JobContext job, StageRun run, StageRow stage, StageEnd end, DeliverySettings settings, CancellationToken cancel)
    {
        var now = Now();
        var written = run.Row;
        var state = StateAfter(stage, end);
        await WriteAsync(job, run.Row.Id, async (session, row) =>
        {
            var waits = end.State == "waiting";
            var ended = stage with { State = end.State == "rejected" ? "failed" : end.State, EndedAt = waits ? null : now, Message = end.Message, Sha256 = run.Sha256 };
            var next = row with { State = state, Message = state is DeliveryStates.Running or DeliveryStates.Succeeded ? null : end.Message };
            if (waits)
                next = next with { JobId = (await jobs.EnqueueAsync(session, job.Actor, DeliveryJob.JobKind, Order(row.Id), runAfter: time.GetUtcNow() + end.Again)).ToString() };
            else if (!next.IsOpen)
                next = await CloseAsync(session, job.Actor, next, settings, now);
            await StageStore.UpdateAsync(session, job.Actor.Workspace, row.Id, ended);
            if (!waits || stage.Message != end.Message)
                await StageStore.LogAsync(session, job.Actor.Workspace, row.Id, stage.Name, now, end.State is "failed" or "rejected" ? "error" : "info", $"{end.State}: {end.Message}");
            await DeliveryStore.UpdateAsync(session, job.Actor.Workspace, next);
            if (TellsEnd(stage, end))
                await jobs.EnqueueAsync(session, job.Actor, NoticeJob.JobKind, Order(row.Id));
            written = next;
        }, cancel);
        if (end.State != "waiting")
            instruments.StageEnded(stage.Name, end.State, TimeSpan.FromMilliseconds(now - run.StartedAt));
        if (!written.IsOpen)
            instruments.Ended(written.Environment, written.State);
        return written;
    }

    /// <summary>What the job of a delivery is told.</summary>
    public static string Order(string id) => JsonSerializer.Serialize(new DeliveryOrder(id), DeliveryJson.Default.DeliveryOrder);

    private static string StateAfter(StageRow stage, StageEnd end) => end.State switch
    {
        "waiting" => DeliveryStates.Waiting,
        "failed" => DeliveryStates.Failed,
        "rejected" => DeliveryStates.Rejected,
        "cancelled" => DeliveryStates.Cancelled,
        _ => stage.Name == StageNames.Notify ? DeliveryStates.Succeeded : DeliveryStates.Running,
    };

    // A success is told by its own stage; that people must decide is told once.
    private static bool TellsEnd(StageRow stage, StageEnd end) =>
        end.State is "failed" or "rejected" or "cancelled" || (end.State == "waiting" && ((stage.Name == StageNames.Approval && stage.Tries == 1) || (end.IsTold && stage.Message != end.Message)));

    private async ValueTask<DeliveryRow> CloseAsync(DbSession session, Actor actor, DeliveryRow row, DeliverySettings settings, long now)
    {
        var watched = row.State == DeliveryStates.Succeeded && settings.Rollback is { Enabled: not false, WatchHours: { } hours } && row.Plan.TargetKind == LocalTarget.Name
            ? now + (long)TimeSpan.FromHours(hours).TotalMilliseconds
            : (long?)null;
        if (row.State != DeliveryStates.Succeeded)
        {
            await audit.AppendAsync(session, actor, new AuditRecord($"delivery.{row.State}", ObjectKind, row.Id)
            {
                Detail = JsonSerializer.Serialize(
                    new Dictionary<string, string> { ["model"] = row.Spec.Model, ["version"] = row.Spec.Version, ["environment"] = row.Environment, ["stage"] = row.Stage },
                    DeliveryJson.Default.DictionaryStringString),
            });
        }

        return row with { EndedAt = now, WatchUntil = watched };
    }

    private async ValueTask WriteAsync(JobContext job, string id, Func<DbSession, DeliveryRow, ValueTask> write, CancellationToken cancel)
    {
        var written = await db.WriteAsync<Done>(async session =>
        {
            if ((await job.GuardAsync(session)).Failure is { } lost)
                return lost;
            if (await DeliveryStore.LockAsync(session, job.Actor.Workspace, id) is not { IsOpen: true } row || row.JobId != job.Id.ToString())
                return Failure.Conflict("storage.job_lease_lost", $"Another job goes on with delivery {id}, or it has ended.");
            await write(session, row);
            return Done.Ok;
        }, cancel);
        if (written.Failure is { } failure)
            throw new LeaseLostException(failure);
    }

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();
}
