using Orrery.Audit;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary>Removes what an import that did not end well has left: blobs, rows, the name it kept, the archive.</summary>
internal sealed class ImportTraces(Db db, IBlobs blobs, IEnumerable<PortableTable> tables, IEnumerable<IWorkspaceBlobs> owners, AuditLog audit, TimeProvider time)
{
    private const int Batch = 2000;

    /// <summary>All of it, the import's own record last, so that what breaks off is done again. Why it failed is kept for the job's next try.</summary>
    public async ValueTask RemoveAsync(PendingImport import, Failure why, CancellationToken cancel)
    {
        await EmptyAsync(import.Workspace, cancel);
        var forgotten = await db.WriteAsync<Done>(async session =>
        {
            if (await ImportStore.ForgetAsync(session, import.Workspace))
            {
                await ImportStore.EndAsync(session, import.Workspace, import.Job, new(null, why), time.GetUtcNow().ToUnixTimeMilliseconds());
                await audit.AppendAsync(session, Actor.System(WorkspaceId.Platform, "platform"), new AuditRecord("workspace.import.undo", "workspace", import.Name)
                {
                    Detail = MoveDetails.Of(json => json.WriteString("reason", why.Code)),
                });
            }

            return Done.Ok;
        }, cancel);
        if (forgotten.Failure is { } failure)
            throw new InvalidOperationException(failure.Message);
        await blobs.DeleteAsync(import.Archive, cancel);
    }

    /// <summary>The rows that it wrote so far, and before them the blobs that they name.</summary>
    public async ValueTask EmptyAsync(WorkspaceId workspace, CancellationToken cancel)
    {
        foreach (var owner in owners)
        {
            var after = "";
            List<WorkspaceBlob> page;
            do
            {
                page = await db.ReadAsync(session => owner.ListAsync(session, workspace, after, Batch), cancel);
                foreach (var blob in page.Where(static blob => BlobKey.IsValid(blob.Key, out _)))
                    await blobs.DeleteAsync(blob.Key, cancel);
                after = page.Count > 0 ? page[^1].Place : "";
            }
            while (page.Count == Batch);
        }

        foreach (var table in tables.Where(static t => t.Stays is null))
        {
            while (await DeleteAsync(workspace, table, cancel) == Batch)
            {
                // A batch at a time, so that others can write between.
            }
        }
    }

    private async ValueTask<int> DeleteAsync(WorkspaceId workspace, PortableTable table, CancellationToken cancel) =>
        (await db.WriteAsync<int>(async session => await PortableRows.DeleteAsync(session, table, workspace, Batch), cancel)).Value;
}
