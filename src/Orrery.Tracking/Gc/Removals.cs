using Microsoft.Extensions.Logging;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tracking;

/// <summary>
/// Finishes removals in transactions of bounded size, so that writers never wait long behind one. Each step may be the last before
/// a crash: what is left is found again by the removal's own row, and a blob whose index row has gone by the sweep for orphans.
/// </summary>
internal sealed class Removals(Db db, IBlobs blobs, ILogger<Removals> logger)
{
    private const int FilesAtOnce = 500;
    private const int SegmentsAtOnce = 2000;

    /// <summary>Finishes one removal; nothing happens when there is none.</summary>
    public async ValueTask<Result<Done>> FinishAsync(Actor actor, ImportKey key, CancellationToken cancel)
    {
        var removal = await db.ReadAsync(session => RemovalStore.FindAsync(session, actor.Workspace, key), cancel);
        if (removal is not null && (await FinishAsync(actor, removal, guard: null, cancel)).Failed(out var failure, out _))
            return failure;
        return Done.Ok;
    }

    /// <summary>Finishes every removal of the workspace that was begun.</summary>
    /// <param name="actor">Names the workspace.</param>
    /// <param name="guard">Checked in every transaction; its failure ends the work.</param>
    /// <param name="cancel">Stops between two steps.</param>
    /// <returns>How many files were removed, and their bytes.</returns>
    public async ValueTask<Result<RemovedFiles>> FinishAllAsync(Actor actor, Func<DbSession, ValueTask<Result<Done>>> guard, CancellationToken cancel)
    {
        var total = new RemovedFiles(0, 0);
        while (await db.ReadAsync(session => RemovalStore.NextAsync(session, actor.Workspace), cancel) is { } removal)
        {
            if ((await FinishAsync(actor, removal, guard, cancel)).Failed(out var failure, out var files))
                return failure;
            total += files;
        }

        return total;
    }

    /// <summary>Deletes a blob that nothing names any more. Should this fail, a later sweep finds it.</summary>
    public async ValueTask DropAsync(string key, CancellationToken cancel)
    {
        try
        {
            await blobs.DeleteAsync(key, cancel);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or HttpRequestException)
        {
            Log.BlobLeft(logger, key, e);
        }
    }

    private async ValueTask<Result<RemovedFiles>> FinishAsync(
        Actor actor, Removal removal, Func<DbSession, ValueTask<Result<Done>>>? guard, CancellationToken cancel)
    {
        var total = new RemovedFiles(0, 0);
        while (removal.Folder is { } folder)
        {
            var step = await StepAsync(guard, session => RemovalStore.DeleteFilesAsync(session, actor.Workspace, folder, FilesAtOnce), cancel);
            if (step.Failed(out var failure, out var files))
                return failure;
            foreach (var key in files.Select(static f => f.BlobKey).Where(static key => !Artifact.IsInDatabase(key)))
                await DropAsync(key, cancel);
            total += new RemovedFiles(files.Count, files.Sum(static f => f.Size));
            if (files.Count < FilesAtOnce)
                break;
        }

        while (removal.Key.Kind == "run")
        {
            var step = await StepAsync(guard, session => RemovalStore.DeleteSegmentsAsync(session, actor.Workspace, removal.Key.Id, SegmentsAtOnce), cancel);
            if (step.Failed(out var failure, out var segments))
                return failure;
            if (segments < SegmentsAtOnce)
                break;
        }

        var end = await StepAsync(guard, async session =>
        {
            await RemovalStore.EndAsync(session, actor.Workspace, removal);
            return total;
        }, cancel);
        return end;
    }

    private ValueTask<Result<T>> StepAsync<T>(Func<DbSession, ValueTask<Result<Done>>>? guard, Func<DbSession, ValueTask<T>> act, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        return db.WriteAsync<T>(async session =>
        {
            if (guard is not null && (await guard(session)).Failed(out var lost, out _))
                return lost;
            return await act(session);
        }, cancel);
    }
}

/// <summary>Files that were removed.</summary>
/// <param name="Count">How many.</param>
/// <param name="Bytes">Their bytes together.</param>
internal readonly record struct RemovedFiles(long Count, long Bytes)
{
    public static RemovedFiles operator +(RemovedFiles left, RemovedFiles right) => new(left.Count + right.Count, left.Bytes + right.Bytes);
}
