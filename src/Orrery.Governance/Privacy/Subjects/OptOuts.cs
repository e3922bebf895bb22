using System.Globalization;
using Orrery.Audit;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;
using Orrery.Tenancy;

namespace Orrery.Governance;

/// <summary>Opting out, and in again. On this server it counts when the call returns, on others within a second.</summary>
internal sealed class OptOuts(Db db, AuditLog audit, SubjectKeys keys, OptOutMemory memory, TimeProvider time)
{
    public const int MostRows = 100_000;
    private const int LongestReason = 1000;
    private const string ObjectKind = "privacy-subject";

    /// <summary>Opts a subject out; again changes nothing. <c>governance.invalid_subject</c>, <c>governance.invalid_purpose</c>.</summary>
    public async ValueTask<Result<OptOut>> AddAsync(Actor actor, OptOutSubject asked, CancellationToken cancel)
    {
        if (Row(actor, asked).Failed(out var wrong, out var row))
            return wrong;
        if ((await AddAsync(actor, [row], cancel)).Failed(out wrong, out _))
            return wrong;
        // Somebody may have said so before: that stands, with its time and its reason.
        return (await ListAsync(actor, row.Subject, null, null, cancel)).Then<OptOut>(page => page.OptOuts.FirstOrDefault(one => one.Purpose == row.Purpose) ?? row.Wire());
    }

    /// <summary>Opts many out, of a CSV with a column for each of the key's columns, and <c>purpose</c> if they differ; besides <c>governance.invalid_opt_outs</c>.</summary>
    public async ValueTask<Result<OptOutCounts>> AddAsync(Actor actor, string csv, CancellationToken cancel)
    {
        if (OptOutCsv.Read(csv).Failed(out var wrong, out var subjects))
            return wrong;
        var rows = new List<OptOutRow>(subjects.Count);
        for (var at = 0; at < subjects.Count; at++)
        {
            if (Row(actor, subjects[at]).Failed(out wrong, out var row))
                return wrong with { Message = string.Create(CultureInfo.InvariantCulture, $"Line {at + 2}: {wrong.Message}") };
            rows.Add(row);
        }

        return await AddAsync(actor, [.. rows.DistinctBy(static row => (row.Subject, row.Purpose))], cancel);
    }

    /// <summary>Writes opt-outs in a transaction of the caller's; <see cref="RefreshAsync"/> comes after it.</summary>
    public async ValueTask<long> AddAsync(DbSession session, Actor actor, IReadOnlyList<OptOutRow> rows)
    {
        var added = await OptOutStore.InsertAsync(session, actor.Workspace, rows, actor.Name, time.GetUtcNow().ToUnixTimeMilliseconds());
        if (added == 0)
            return 0;
        await OptOutStore.RaiseAsync(session, actor.Workspace);
        await audit.AppendAsync(session, actor, new AuditRecord("privacy.opt_out", ObjectKind, rows.Count == 1 ? rows[0].Subject[..32] : "list")
        {
            Detail = string.Create(CultureInfo.InvariantCulture, $$"""{"added":{{added}},"purpose":"{{rows[0].Purpose}}"}"""),
        });
        return added;
    }

    /// <summary>Has this server know what was written.</summary>
    public ValueTask RefreshAsync(CancellationToken cancel) => memory.RefreshAsync(cancel);

    /// <summary>Opts a subject in again; <c>governance.opt_out_not_found</c>, and as opting out.</summary>
    public async ValueTask<Result<OptOutCounts>> RemoveAsync(Actor actor, OptOutSubject asked, CancellationToken cancel)
    {
        if (Row(actor, asked).Failed(out var wrong, out var row))
            return wrong;
        var removed = await db.WriteAsync<long>(async session =>
        {
            var count = await OptOutStore.DeleteAsync(session, actor.Workspace, row.Subject, row.Purpose == OptOutRow.Everything ? null : row.Purpose);
            if (count == 0)
                return Failure.NotFound("governance.opt_out_not_found", $"The subject has not opted out{(row.Purpose == OptOutRow.Everything ? "" : $" of {row.Purpose} alone")}.");
            await OptOutStore.RaiseAsync(session, actor.Workspace);
            await audit.AppendAsync(session, actor, new AuditRecord("privacy.opt_in", ObjectKind, row.Subject[..32]));
            return count;
        }, cancel);
        if (removed.Failed(out wrong, out var rows))
            return wrong;
        await RefreshAsync(cancel);
        return new OptOutCounts { Rows = 1, Changed = rows };
    }

    /// <summary>One page; of one subject when it is named. <c>governance.invalid_limit</c>, <c>governance.invalid_page_token</c>.</summary>
    public async ValueTask<Result<OptOutPage>> ListAsync(Actor actor, string? subject, int? limit, string? token, CancellationToken cancel)
    {
        if (Listings.LimitProblem(limit, "governance") is { } wrong)
            return wrong;
        var (after, purpose) = ("", "");
        if (!string.IsNullOrEmpty(token))
        {
            if (PageToken.Decode(token, 2) is not [string code, string last])
                return Failure.Invalid("governance.invalid_page_token", "The page token is not one of ours.");
            (after, purpose) = (code, last);
        }

        var size = limit ?? Listings.DefaultLimit;
        var found = await db.ReadAsync(session => OptOutStore.ListAsync(session, actor.Workspace, subject, after, purpose, size + 1), cancel);
        var page = Listings.Cut(found, size, static row => PageToken.Encode(row.Subject, row.Purpose));
        return new OptOutPage { OptOuts = [.. page.Items.Select(static row => row.Wire())], NextPageToken = page.NextToken };
    }

    /// <summary>An opt-out as it would be written.</summary>
    public Result<OptOutRow> Row(Actor actor, OptOutSubject asked)
    {
        if (!OptOutRow.IsPurpose(asked.Purpose))
            return Failure.Invalid("governance.invalid_purpose", $"'purpose' is '{(asked.Purpose.Length > 40 ? asked.Purpose[..40] : asked.Purpose)}'; it must be training, prediction or all.");
        if (asked.Reason?.Length > LongestReason)
            return Failure.Invalid("governance.invalid_purpose", $"'reason' may have {LongestReason} characters.");
        return keys.Code(actor.Workspace, asked.Subject).Failed(out var wrong, out var code)
            ? wrong
            : new OptOutRow(code.Code, asked.Purpose, code.JoinKeys, asked.Reason, actor.Name, time.GetUtcNow().ToUnixTimeMilliseconds()) { Forms = keys.Forms(actor.Workspace, asked.Subject) };
    }

    private async ValueTask<Result<OptOutCounts>> AddAsync(Actor actor, IReadOnlyList<OptOutRow> rows, CancellationToken cancel)
    {
        var written = await db.WriteAsync<long>(async session => await AddAsync(session, actor, rows), cancel);
        if (written.Failed(out var failure, out var added))
            return failure;
        await RefreshAsync(cancel);
        return new OptOutCounts { Rows = rows.Count, Changed = added };
    }
}
