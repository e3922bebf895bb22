using System.Text.Json;
using Orrery.Audit;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;
using Orrery.Tenancy;

namespace Orrery.Governance;

/// <summary>Asking for the erasure of a subject, and looking at receipts.</summary>
internal sealed class SubjectErasures(Db db, AuditLog audit, Jobs jobs, OptOuts optOuts, SecretBox secrets, TimeProvider time)
{
    /// <summary>
    /// Begins one; a job does it. Unless the caller says otherwise the subject is opted out of everything in the same transaction, so that nothing new comes
    /// while the old goes. <c>governance.invalid_subject</c>, <c>governance.invalid_erasure</c>.
    /// </summary>
    public async ValueTask<Result<SubjectErasure>> CreateAsync(Actor actor, EraseSubject asked, CancellationToken cancel)
    {
        if (asked.Principal is { Length: 0 or > 200 } || asked.Reason?.Length > 1000)
            return Failure.Invalid("governance.invalid_erasure", "'reason' may have 1,000 characters, and 'principal' 1 to 200.");
        if (optOuts.Row(actor, new() { Subject = asked.Subject, Reason = "erasure" }).Failed(out var wrong, out var subject))
            return wrong;
        var now = time.GetUtcNow();
        var id = Guid.CreateVersion7(now).ToString("N");
        var made = await db.WriteAsync<SubjectErasure>(async session =>
        {
            if (!asked.KeepsConsent)
                await optOuts.AddAsync(session, actor, [subject]);
            var row = new ErasureRow
            {
                Id = id,
                State = ErasureRow.Running,
                Subject = subject.Subject,
                Sealed = secrets.Seal(JsonSerializer.Serialize(asked, OrreryJson.TypeOf<EraseSubject>()), actor.Workspace.Value, Owner(id)),
                JobId = (await jobs.EnqueueAsync(session, actor, ErasureJob.JobKind, JsonSerializer.Serialize(new ErasureOrder(id), PrivacyJson.Default.ErasureOrder))).ToString(),
                Receipt = new()
                {
                    Id = id,
                    Workspace = actor.Workspace.Value,
                    Subject = subject.Subject,
                    JoinKeys = subject.JoinKeys.Split(','),
                    Reason = asked.Reason,
                    RequestedBy = actor.Name,
                    RequestedAt = now.ToUnixTimeMilliseconds(),
                    OptedOut = asked.KeepsConsent ? null : OptOutRow.Everything,
                },
                CreatedBy = actor.Name,
                CreatedAt = now.ToUnixTimeMilliseconds(),
            };
            await SubjectErasureStore.InsertAsync(session, actor.Workspace, row);
            await audit.AppendAsync(session, actor, new AuditRecord("privacy.erase", "privacy-erasure", id) { After = Convert.FromHexString(subject.Subject) });
            return row.Wire();
        }, cancel);
        await optOuts.RefreshAsync(cancel);
        return made;
    }

    /// <summary>One of them; <c>governance.erasure_not_found</c>.</summary>
    public async ValueTask<Result<SubjectErasure>> GetAsync(Actor actor, string id, CancellationToken cancel) =>
        await db.ReadAsync(session => SubjectErasureStore.FindAsync(session, actor.Workspace, id), cancel) is { } row
            ? (await SettleAsync(actor, row, cancel)).Wire()
            : Failure.NotFound("governance.erasure_not_found", $"There is no erasure '{(id.Length > 100 ? id[..100] : id)}'.");

    /// <summary>One page, newest first; <c>governance.invalid_limit</c>, <c>governance.invalid_page_token</c>.</summary>
    public async ValueTask<Result<SubjectErasurePage>> ListAsync(Actor actor, int? limit, string? token, CancellationToken cancel)
    {
        if (Listings.LimitProblem(limit, "governance") is { } wrong)
            return wrong;
        if (Listings.After(token, "governance.invalid_page_token").Failed(out var unknown, out var before))
            return unknown;
        var size = limit ?? Listings.DefaultLimit;
        var found = await db.ReadAsync(session => SubjectErasureStore.ListAsync(session, actor.Workspace, before.Length == 0 ? "~" : before, size + 1), cancel);
        var page = Listings.Cut(found, size, static row => PageToken.Encode(row.Id));
        var rows = new List<SubjectErasure>();
        foreach (var row in page.Items)
            rows.Add((await SettleAsync(actor, row, cancel)).Wire());
        return new SubjectErasurePage { Erasures = rows, NextPageToken = page.NextToken };
    }

    /// <summary>What a sealed erasure asks; null when this server's key does not open it.</summary>
    public EraseSubject? Open(Actor actor, ErasureRow row) => row.Sealed is { } box && secrets.Open(box, actor.Workspace.Value, Owner(row.Id)) is { } text
        ? JsonSerializer.Deserialize(text, OrreryJson.TypeOf<EraseSubject>())
        : null;

    /// <summary>Ends those of all workspaces whose job has ended without them: one that was stopped, or broke off.</summary>
    public async ValueTask SettleAsync(CancellationToken cancel)
    {
        foreach (var (workspace, row) in await db.ReadAsync(SubjectErasureStore.RunningAsync, cancel))
            await SettleAsync(Actor.System(workspace, workspace.ToString()), row, cancel);
    }

    // What its job says is written down when somebody looks, or within minutes: the sealed key goes with it.
    private async ValueTask<ErasureRow> SettleAsync(Actor actor, ErasureRow row, CancellationToken cancel)
    {
        if (row.State != ErasureRow.Running || Ended(row, await jobs.FindAsync(actor, JobId.Parse(row.JobId, null), cancel)) is not { } ended)
            return row;
        await db.WriteAsync<Done>(async session =>
        {
            await SubjectErasureStore.UpdateAsync(session, actor.Workspace, ended);
            return Done.Ok;
        }, cancel);
        // It may have ended by itself between the two reads.
        return await db.ReadAsync(session => SubjectErasureStore.FindAsync(session, actor.Workspace, row.Id), cancel) ?? ended;
    }

    /// <summary>What becomes of a running erasure by what its job says; null while that goes on.</summary>
    internal static ErasureRow? Ended(ErasureRow row, Storage.Job? job) => job?.State switch
    {
        Storage.JobState.Queued or Storage.JobState.Running => null,
        Storage.JobState.Cancelled => row with { State = ErasureRow.Failed, Sealed = null, Error = "governance.erasure_stopped: The job was cancelled. What was erased until then stays so; ask again for the rest." },
        _ => row with { State = ErasureRow.Failed, Sealed = null, Error = $"governance.erasure_failed: The job ended without a receipt ({job?.ErrorCode ?? "it is gone"}). What was erased until then stays so; ask again for the rest." },
    };

    private static string Owner(string id) => "privacy-erasure/" + id;
}
