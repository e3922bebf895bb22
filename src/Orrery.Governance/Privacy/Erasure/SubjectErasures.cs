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
            ? row.Wire()
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
        return new SubjectErasurePage { Erasures = [.. page.Items.Select(static row => row.Wire())], NextPageToken = page.NextToken };
    }

    /// <summary>What a sealed erasure asks; null when this server's key does not open it.</summary>
    public EraseSubject? Open(Actor actor, ErasureRow row) => row.Sealed is { } box && secrets.Open(box, actor.Workspace.Value, Owner(row.Id)) is { } text
        ? JsonSerializer.Deserialize(text, OrreryJson.TypeOf<EraseSubject>())
        : null;

    private static string Owner(string id) => "privacy-erasure/" + id;
}
