using System.Text.Json;
using Orrery.Audit;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Delivery;

/// <summary>Takes deliveries back: by hand, or by what they do. Each is taken back once.</summary>
internal sealed class Rollbacks(Db db, Targets targets, LocalHistory history, GovernanceDoor governance, AuditLog audit, IncidentDoor incidents, Jobs jobs, DeliveryInstruments instruments, TimeProvider time)
{
    /// <summary>By hand; <c>delivery.not_deployed</c>, <c>delivery.rolled_back</c>, <c>delivery.nothing_before</c>, and what the target refuses.</summary>
    public async ValueTask<Result<DeliveryRow>> ManualAsync(Actor actor, DeliveryRow row, RollbackDelivery asked, CancellationToken cancel)
    {
        if (row.State == DeliveryStates.RolledBack)
            return Failure.Conflict("delivery.rolled_back", $"Delivery {row.Id} was taken back already.");
        if (row.State != DeliveryStates.Succeeded)
            return Failure.Conflict("delivery.not_deployed", $"Delivery {row.Id} is {row.State}; one that is under way is stopped by its cancel, which takes back what was deployed.");
        if (row.Plan.Previous is null && asked.Revision is null)
            return Failure.NotFound("delivery.nothing_before", $"Deployment {row.Name} in {row.Environment} is at its first revision; there is none before it.");
        var reason = string.IsNullOrWhiteSpace(asked.Reason) ? $"taken back by {actor.Name}" : asked.Reason;
        // Somebody found it bad now: how long it takes to be as before counts from here.
        var found = time.GetUtcNow().ToUnixTimeMilliseconds();
        if ((await BackAsync(actor, row, asked.Revision, reason, cancel)).Failed(out var refused, out _))
            return refused;
        return await KeepAsync(actor, row, "manual", reason, null, found, cancel);
    }

    /// <summary>By itself. What there is to go back to is never a version that was taken back from this deployment before.</summary>
    public async ValueTask AutomaticAsync(Actor actor, DeliveryRow row, RollbackReason reason, CancellationToken cancel)
    {
        var incident = await incidents.OpenAsync(actor, row, reason, cancel);
        if ((await history.FormerAsync(actor, row, cancel)).Failed(out var changed, out var revision))
        {
            await GiveUpAsync(actor, row, incident, changed, cancel);
            return;
        }

        if (revision is null)
        {
            await incidents.AddAsync(actor, incident, "not_taken_back", "There is no former version that was not taken back before; people must act.", cancel);
            await EndWatchAsync(actor, row, cancel);
            return;
        }

        var back = await BackAsync(actor, row, revision, reason.Text, cancel);
        if (back.Failed(out var refused, out var state))
        {
            await GiveUpAsync(actor, row, incident, refused, cancel);
            return;
        }

        await incidents.AddAsync(actor, incident, "mitigated", $"Went back to revision {revision}{(state.Revision is null ? "" : $", as revision {state.Revision}")}.", cancel);
        await KeepAsync(actor, row, reason.Rule, reason.Text, incident, reason.Since, cancel);
    }

    /// <summary>Its signals are looked at no more.</summary>
    public async ValueTask EndWatchAsync(Actor actor, DeliveryRow row, CancellationToken cancel) => await db.WriteAsync<Done>(async session =>
    {
        if (await DeliveryStore.LockAsync(session, actor.Workspace, row.Id) is { WatchUntil: not null } stored)
            await DeliveryStore.UpdateAsync(session, actor.Workspace, stored with { WatchUntil = null });
        return Done.Ok;
    }, cancel);

    // What is away comes back, and is tried again.
    private async ValueTask GiveUpAsync(Actor actor, DeliveryRow row, string? incident, Failure why, CancellationToken cancel)
    {
        await incidents.AddAsync(actor, incident, "rollback_failed", why.Message, cancel);
        if (why.Kind is not (FailureKind.Unavailable or FailureKind.Exhausted))
            await EndWatchAsync(actor, row, cancel);
    }

    private async ValueTask<Result<ReleaseState>> BackAsync(Actor actor, DeliveryRow row, string? revision, string reason, CancellationToken cancel)
    {
        if ((await targets.ForAsync(actor, row.Environment, cancel)).Failed(out var unknown, out var found))
            return unknown;
        var token = await governance.TokenAsync(actor, row, cancel);
        return await found.Target.RollbackAsync(actor, StageRun.OrderOf(row, found.Spec, token.Failed(out _, out var text) ? null : text.Text), revision, reason, cancel);
    }

    private async ValueTask<Result<DeliveryRow>> KeepAsync(Actor actor, DeliveryRow row, string why, string reason, string? incident, long since, CancellationToken cancel)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var kept = await db.WriteAsync<DeliveryRow>(async session =>
        {
            if (await DeliveryStore.LockAsync(session, actor.Workspace, row.Id) is not { State: DeliveryStates.Succeeded } stored)
                return row with { State = DeliveryStates.RolledBack };
            var next = stored with
            {
                State = DeliveryStates.RolledBack,
                Message = reason,
                RolledBackAt = now,
                WatchUntil = null,
                Plan = stored.Plan with { Percent = 0, IncidentId = incident, FailedAt = since },
            };
            await DeliveryStore.UpdateAsync(session, actor.Workspace, next);
            await SignalStore.MarkBadAsync(session, actor.Workspace, row, reason, now);
            await StageStore.LogAsync(session, actor.Workspace, row.Id, StageNames.Deploy, now, "warning", $"Taken back ({why}): {reason}");
            await audit.AppendAsync(session, actor, new AuditRecord("delivery.rollback", DeliveryProgress.ObjectKind, row.Id)
            {
                Detail = JsonSerializer.Serialize(
                    new Dictionary<string, string> { ["model"] = row.Spec.Model, ["version"] = row.Spec.Version, ["environment"] = row.Environment, ["why"] = why },
                    DeliveryJson.Default.DictionaryStringString),
            });
            await jobs.EnqueueAsync(session, actor, NoticeJob.JobKind, DeliveryProgress.Order(row.Id));
            return next;
        }, cancel);
        instruments.RolledBack(row.Environment, why);
        return kept;
    }
}
