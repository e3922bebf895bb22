using System.Text.Json;
using Microsoft.Extensions.Logging;
using Orrery.Audit;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary>
/// Makes a workspace of an archive: checks all of it, writes its rows under a number that nobody sees, then its blobs, and in one transaction
/// gives its grants, shows the workspace and writes the audit entry. A try that broke off is undone by the next one; what ends badly leaves nothing.
/// </summary>
internal sealed class WorkspaceImport(
    Db db,
    IBlobs blobs,
    IEnumerable<PortableTable> tables,
    IEnumerable<IWorkspaceBlobs> owners,
    ArchiveWalk walk,
    ImportTraces traces,
    ImportedGrants grants,
    IEnumerable<IWorkspaceArrival> arrivals,
    AccessEpoch epoch,
    AuditLog audit,
    TimeProvider time,
    ILogger<WorkspaceImport> logger) : IJobHandler
{
    public const string JobKind = "tenancy.import";
    private const double CheckingShare = 0.3;
    private const int Page = 1000;

    public string Kind => JobKind;

    public async Task<Result<string?>> RunAsync(JobContext job, CancellationToken cancel)
    {
        var order = JsonSerializer.Deserialize(job.Payload, ArchiveJson.Default.ImportOrder)!;
        var pending = (await db.ReadAsync(ImportStore.ListAsync, cancel)).Find(import => import.Job == job.Id);
        if (pending is null)
            return await EndedAsync(job, order, cancel);
        Result<WorkspaceImportReport> done;
        try
        {
            done = await RunAsync(job, order, cancel);
        }
        catch (ArchiveException e)
        {
            done = Invalid(e);
        }

        if (done.Failed(out var failure, out var report))
        {
            if (failure.Kind is not (FailureKind.Unavailable or FailureKind.Exhausted) && failure.Code != "storage.job_lease_lost")
                await traces.RemoveAsync(pending, failure, cancel);
            return failure;
        }

        await epoch.LookAsync(cancel);
        await blobs.DeleteAsync(order.Archive, CancellationToken.None);
        Log.Imported(logger, order.Workspace, report.Rows, report.Files);
        return JsonSerializer.Serialize(report, OrreryJson.TypeOf<WorkspaceImportReport>());
    }

    // An earlier try ended it and its server fell before it could say so: what it would have said is said now.
    private async ValueTask<Result<string?>> EndedAsync(JobContext job, ImportOrder order, CancellationToken cancel)
    {
        await epoch.LookAsync(cancel);
        await blobs.DeleteAsync(order.Archive, cancel);
        return await db.ReadAsync(session => ImportStore.FindEndAsync(session, new(order.Tenant), job.Id), cancel) switch
        {
            { Failure: { } failure } => failure,
            { Report: { } report } => report,
            _ => Failure.Conflict("tenancy.import_gone", $"The import of '{order.Workspace}' was given up; nothing of it is left. Import the archive again."),
        };
    }

    /// <summary>Why an archive is refused.</summary>
    public static Failure Invalid(ArchiveException e) => Failure.Invalid("tenancy.invalid_archive", $"This archive cannot be imported. {e.Message}");

    private async ValueTask<Result<WorkspaceImportReport>> RunAsync(JobContext job, ImportOrder order, CancellationToken cancel)
    {
        var workspace = new WorkspaceId(order.Tenant);
        await traces.EmptyAsync(workspace, cancel);
        if (await InTheWayAsync(order, cancel) is { } occupied)
            return occupied;

        ArchiveSummary summary;
        await using (var content = await OpenAsync(order, cancel))
        {
            summary = await walk.RunAsync(content.Stream, order.Workspace, new()
            {
                Progress = at => job.Report(CheckingShare * at / order.Size, "Checking the archive"),
            }, cancel);
        }

        if ((await WriteAsync(job, order, summary, cancel)).Failed(out var failure, out var written))
            return failure;
        return await ShowAsync(job, order, summary, written, cancel);
    }

    // Blobs of the same keys would be replaced, and removed if the import fails; they are not ours.
    private async ValueTask<Failure?> InTheWayAsync(ImportOrder order, CancellationToken cancel)
    {
        foreach (var folder in tables.Select(static t => t.BlobFolder).Where(static f => f.Length > 0).Distinct())
        {
            if (await blobs.ListAsync($"{order.Workspace}/{folder}", cancel).AnyAsync(cancel))
            {
                return Failure.Conflict(
                    "tenancy.blobs_in_the_way",
                    $"The blob store has files below {order.Workspace}/{folder} already, of no workspace of this server. Remove them, or import under another name (--as).");
            }
        }

        return null;
    }

    private async ValueTask<Result<(long Rows, long Blobs, long Bytes)>> WriteAsync(JobContext job, ImportOrder order, ArchiveSummary summary, CancellationToken cancel)
    {
        var workspace = new WorkspaceId(order.Tenant);
        var damaged = summary.Trailer.Damaged.ToHashSet();
        var (rows, count, bytes) = (0L, 0L, 0L);
        await using var expected = ExpectedAsync(workspace, cancel).GetAsyncEnumerator(cancel);
        var at = 0L;
        try
        {
            await using var content = await OpenAsync(order, cancel);
            await walk.RunAsync(content.Stream, order.Workspace, new()
            {
                Rows = async (table, batch) =>
                {
                    await WriteAsync(job, workspace, table, batch, cancel);
                    rows += batch.Count;
                },
                Blob = async (number, stream, size) =>
                {
                    while (at < number)
                    {
                        if (!await expected.MoveNextAsync())
                            throw new ArchiveException($"It has {WorkspaceExport.BlobEntry(number)}, which none of its rows names.");
                        at++;
                    }

                    if (damaged.Contains(number))
                        return;
                    await WriteAsync(number, expected.Current, stream, size, cancel);
                    count++;
                    bytes += size;
                },
                Progress = read => job.Report(CheckingShare + ((1 - CheckingShare) * read / order.Size), "Writing"),
            }, cancel);
        }
        catch (RefusedException refused)
        {
            return refused.Failure;
        }

        await CheckReferencesAsync(workspace, cancel);
        while (await expected.MoveNextAsync())
            at++;
        return at == summary.Manifest.Blobs
            ? (rows, count, bytes)
            : throw new ArchiveException($"Its rows name {at} files; its manifest says {summary.Manifest.Blobs}.");
    }

    private async ValueTask WriteAsync(JobContext job, WorkspaceId workspace, PortableTable table, List<object?[]> batch, CancellationToken cancel)
    {
        var written = await db.WriteAsync<Done>(async session =>
        {
            if ((await job.GuardAsync(session)).Failure is { } lost)
                return lost;
            return await PortableRows.InsertAsync(session, table, workspace, batch);
        }, cancel);
        if (written.Failure is { } refused)
            throw new RefusedException(refused);
    }

    private async ValueTask CheckReferencesAsync(WorkspaceId workspace, CancellationToken cancel)
    {
        foreach (var table in tables.Where(static t => t.References.Count > 0))
        {
            if (await db.ReadAsync(session => PortableRows.DanglingAsync(session, table, workspace), cancel) is { } dangling)
                throw new ArchiveException($"It has rows of {table.Name} whose {string.Join(", ", dangling.Columns)} is of no row of {dangling.Table}.");
        }
    }

    private async ValueTask WriteAsync(long number, WorkspaceBlob expected, Stream content, long size, CancellationToken cancel)
    {
        if (!BlobKey.IsValid(expected.Key, out var invalid))
            throw new ArchiveException($"A row names {WorkspaceExport.BlobEntry(number)} by a key that cannot be one. {invalid}");
        if (size != expected.Size)
            throw new ArchiveException($"{WorkspaceExport.BlobEntry(number)} has {size} bytes; its row says {expected.Size}.");
        var stored = await blobs.PutAsync(expected.Key, content, cancel);
        if (stored.Sha256 == expected.Sha256)
            return;
        await blobs.DeleteAsync(expected.Key, CancellationToken.None);
        throw new ArchiveException($"{WorkspaceExport.BlobEntry(number)} is not the file that its row names: their hashes differ.");
    }

    /// <summary>The blobs that the rows written so far name, in the order in which the archive has them.</summary>
    private async IAsyncEnumerable<WorkspaceBlob> ExpectedAsync(
        WorkspaceId workspace, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        foreach (var owner in owners)
        {
            var after = "";
            List<WorkspaceBlob> page;
            do
            {
                page = await db.ReadAsync(session => owner.ListAsync(session, workspace, after, Page), cancel);
                foreach (var blob in page)
                {
                    yield return blob;
                    after = blob.Place;
                }
            }
            while (page.Count == Page);
        }
    }

    private async ValueTask<Result<WorkspaceImportReport>> ShowAsync(
        JobContext job, ImportOrder order, ArchiveSummary summary, (long Rows, long Blobs, long Bytes) written, CancellationToken cancel)
    {
        var workspace = new WorkspaceId(order.Tenant);
        var there = job.Actor with { Workspace = workspace, WorkspaceName = order.Workspace };
        return await db.WriteAsync<WorkspaceImportReport>(async session =>
        {
            if ((await job.GuardAsync(session)).Failure is { } lost)
                return lost;
            var (given, leftOut) = order.Grants ? await grants.GiveAsync(session, there, summary.Grants) : (0, []);
            if (!await ImportStore.ShowAsync(session, workspace))
                return Failure.Conflict("tenancy.import_gone", $"The import of '{order.Workspace}' was given up meanwhile.");
            foreach (var arrival in arrivals)
                await arrival.ArriveAsync(session, there);
            var record = new AuditRecord("workspace.import", "workspace", order.Workspace)
            {
                After = Convert.FromHexString(order.Sha256),
                Detail = MoveDetails.Of(json =>
                {
                    json.WriteNumber("blobs", written.Blobs);
                    json.WriteString("from", summary.Manifest.Workspace.Name);
                    json.WriteNumber("grants", given);
                    json.WriteNumber("rows", written.Rows);
                }),
            };
            await audit.AppendAsync(session, job.Actor, record);
            await audit.AppendAsync(session, there, record);
            await AccessEpoch.RaiseAsync(session);
            var report = new WorkspaceImportReport
            {
                Workspace = order.Workspace,
                From = summary.Manifest.Workspace.Name,
                ArchiveSha256 = order.Sha256,
                Rows = written.Rows,
                Files = written.Blobs,
                Bytes = written.Bytes,
                FilesMissing = summary.Trailer.Missing.Count + summary.Trailer.Damaged.Count,
                Grants = given,
                GrantsLeftOut = leftOut,
                Notes = [.. tables.Where(t => t.Note is not null && summary.Manifest.Rows.GetValueOrDefault(t.Name) > 0).Select(static t => t.Note!)],
            };
            await ImportStore.EndAsync(
                session, workspace, job.Id, new(JsonSerializer.Serialize(report, OrreryJson.TypeOf<WorkspaceImportReport>()), null), time.GetUtcNow().ToUnixTimeMilliseconds());
            return report;
        }, cancel);
    }

    private async ValueTask<BlobRead> OpenAsync(ImportOrder order, CancellationToken cancel) =>
        await blobs.OpenAsync(order.Archive, range: null, cancel) ?? throw new ArchiveException("The uploaded archive is not in the blob store any more.");

    /// <summary>Carries a refusal out of the walk.</summary>
    private sealed class RefusedException(Failure failure) : Exception(failure.Message)
    {
        public Failure Failure => failure;
    }
}
