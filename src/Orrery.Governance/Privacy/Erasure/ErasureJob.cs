using System.Text.Json;
using Microsoft.Extensions.Logging;
using Orrery.Audit;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>Erases a subject from all stores, step by step: one that is interrupted goes on with the next step. Signs the receipt at the end.</summary>
internal sealed class ErasureJob(Db db, SubjectErasures erasures, ErasureSteps steps, DocumentSigner signer, TimeProvider time, ILogger<ErasureJob> logger) : IJobHandler
{
    public const string JobKind = "governance.erase_subject";

    public string Kind => JobKind;

    public int MaxConcurrent => 1;

    public JobPolicy Policy => JobPolicy.Default;

    public async Task<Result<string?>> RunAsync(JobContext job, CancellationToken cancel)
    {
        var order = JsonSerializer.Deserialize(job.Payload, PrivacyJson.Default.ErasureOrder)!;
        if (await db.ReadAsync(session => SubjectErasureStore.FindAsync(session, job.Actor.Workspace, order.Id), cancel) is not { State: ErasureRow.Running } row)
            return (string?)null;
        if (erasures.Open(job.Actor, row) is not { } asked)
            return await FailAsync(job, row, Failure.Conflict("governance.erasure_unreadable", "What was asked cannot be read: the server's secret key is another by now. Ask again."), cancel);
        var all = await steps.ListAsync(job.Actor, asked, cancel);
        foreach (var step in all.Except(row.Steps))
        {
            job.Report((double)row.Steps.Count / (all.Count + 1), step);
            if ((await steps.DoAsync(job.Actor, step, asked, row.Receipt, cancel)).Failed(out var failure, out var done))
                return failure.Kind is FailureKind.Unavailable or FailureKind.Exhausted && job.Attempt < Policy.MaxAttempts ? failure : await FailAsync(job, row, failure, cancel);
            if ((await WriteAsync(job, row with { Receipt = done.Receipt, Steps = [.. row.Steps, step] }, cancel, done.Within)).Failed(out var lost, out row!))
                return lost;
        }

        return await SignAsync(job, row, cancel);
    }

    private async Task<Result<string?>> SignAsync(JobContext job, ErasureRow row, CancellationToken cancel)
    {
        var receipt = row.Receipt with { IsComplete = ErasureSteps.IsComplete(row.Receipt) };
        var signed = await signer.SignAsync(
            db,
            time.GetUtcNow().ToUnixTimeMilliseconds(),
            (at, key) => (receipt with { At = at, KeyId = key }).SignedBytes(),
            async (session, at, key, signature) =>
            {
                if ((await job.GuardAsync(session)).Failure is { } lost)
                    return lost;
                await SubjectErasureStore.UpdateAsync(session, job.Actor.Workspace, row with
                {
                    State = ErasureRow.Succeeded,
                    Sealed = null,
                    Receipt = receipt with { At = at, KeyId = key, Signature = signature },
                });
                return Done.Ok;
            },
            cancel);
        if (signed.Failure is { } failure)
            return failure;
        Log.ErasureEnded(logger, row.Id, ErasureRow.Succeeded, receipt.Stores.Sum(static store => store.Erased), receipt.Stores.Sum(static store => store.Found));
        return $$"""{"erasure":"{{row.Id}}"}""";
    }

    private async Task<Result<string?>> FailAsync(JobContext job, ErasureRow row, Failure failure, CancellationToken cancel)
    {
        var kept = await WriteAsync(job, row with { State = ErasureRow.Failed, Sealed = null, Error = $"{failure.Code}: {failure.Message}" }, cancel);
        return kept.Failure ?? failure;
    }

    private ValueTask<Result<ErasureRow>> WriteAsync(
        JobContext job, ErasureRow row, CancellationToken cancel, Func<DbSession, SubjectReceipt, ValueTask<SubjectReceipt>>? within = null) => db.WriteAsync<ErasureRow>(async session =>
    {
        if ((await job.GuardAsync(session)).Failure is { } lost)
            return lost;
        var told = within is null ? row : row with { Receipt = await within(session, row.Receipt) };
        await SubjectErasureStore.UpdateAsync(session, job.Actor.Workspace, told);
        return told;
    }, cancel);
}
