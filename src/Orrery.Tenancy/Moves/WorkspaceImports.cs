using System.Text.Json;
using Orrery.Audit;
using Orrery.Kernel;
using Orrery.Storage;
using Job = Orrery.Storage.Job;

namespace Orrery.Tenancy;

/// <summary>Takes archives of workspaces in. What follows is a job's work (<see cref="WorkspaceImport"/>): it outlives the request and the server.</summary>
internal sealed class WorkspaceImports(Db db, IBlobs blobs, Storage.Jobs jobs, ArchiveWalk walk, AuditLog audit, TimeProvider time)
{
    /// <summary>Where archives lie until their import has ended. No workspace's name has an underscore.</summary>
    public const string Folder = "_imports/";

    /// <summary>Stores an archive, keeps the name, and has a job do the rest.</summary>
    /// <param name="actor">Who; of the platform.</param>
    /// <param name="name">Of the new workspace; null for that of the archive.</param>
    /// <param name="grants">Give the archive's grants to people of the same names.</param>
    /// <param name="archive">Read to its end.</param>
    /// <param name="cancel">Breaks off; nothing is left then.</param>
    /// <returns><c>tenancy.invalid_workspace</c>, <c>tenancy.workspace_exists</c>, <c>tenancy.workspace_importing</c>, <c>tenancy.invalid_archive</c>.</returns>
    public async ValueTask<Result<Job>> AcceptAsync(Actor actor, string? name, bool grants, Stream archive, CancellationToken cancel)
    {
        if (name is not null && await CheckAsync(name, cancel) is { } wrong)
            return wrong;
        var key = Folder + Guid.CreateVersion7(time.GetUtcNow()).ToString("N");
        var stored = await blobs.PutAsync(key, archive, cancel);
        try
        {
            if ((await BeginAsync(actor, name, grants, stored, cancel)).Failed(out var refused, out var job))
            {
                await blobs.DeleteAsync(key, CancellationToken.None);
                return refused;
            }

            return (await jobs.FindAsync(actor, job, cancel))!;
        }
        catch (ArchiveException e)
        {
            await blobs.DeleteAsync(key, CancellationToken.None);
            return WorkspaceImport.Invalid(e);
        }
    }

    /// <summary>An import's job; <c>storage.job_not_found</c>.</summary>
    public async ValueTask<Result<Job>> FindAsync(Actor actor, JobId id, CancellationToken cancel) =>
        await jobs.FindAsync(actor, id, cancel) is { Kind: WorkspaceImport.JobKind } job ? job : NotFound(id.ToString());

    /// <summary>Asks an import to stop. What it has written is removed within half a minute of its end.</summary>
    public async ValueTask<Result<Job>> CancelAsync(Actor actor, JobId id, CancellationToken cancel)
    {
        if ((await FindAsync(actor, id, cancel)).Failed(out var missing, out _))
            return missing;
        var cancelled = await db.WriteAsync<Done>(async session =>
        {
            var asked = await jobs.CancelAsync(session, actor, id);
            if (asked.Succeeded)
                await audit.AppendAsync(session, actor, new AuditRecord("job.cancel", "job", id.ToString()));
            return asked;
        }, cancel);
        return cancelled.Failure is { } failure ? failure : await FindAsync(actor, id, cancel);
    }

    public static Failure NotFound(string id) =>
        Failure.NotFound("storage.job_not_found", $"There is no import {(id.Length <= 100 ? id : id[..100] + "...")}.");

    private async ValueTask<Failure?> CheckAsync(string name, CancellationToken cancel)
    {
        if (!WorkspaceName.IsValid(name))
            return Workspaces.Invalid(name);
        return await db.ReadAsync(session => TakenAsync(session, name), cancel);
    }

    private async ValueTask<Result<JobId>> BeginAsync(Actor actor, string? name, bool grants, BlobInfo stored, CancellationToken cancel)
    {
        ArchiveManifest manifest;
        await using (var content = await blobs.OpenAsync(stored.Key, range: null, cancel)
            ?? throw new InvalidOperationException($"The archive {stored.Key} is gone."))
            manifest = await walk.ReadManifestAsync(content.Stream, cancel);
        name ??= manifest.Workspace.Name;
        while (true)
        {
            var begun = await db.WriteAsync<JobId?>(async session =>
            {
                if (await TakenAsync(session, name) is { } taken)
                    return taken;
                var about = manifest.Workspace;
                var made = new Workspace
                {
                    Id = default,
                    Name = name,
                    DisplayName = OneLine(about.DisplayName),
                    Description = about.Description,
                    CostCentre = OneLine(about.CostCentre),
                    Contact = OneLine(about.Contact),
                    NeedsSecondFactor = about.NeedsSecondFactor,
                    CreatedAt = about.CreatedAt.ToUnixTimeMilliseconds(),
                };
                // Another server took the number for another name in this moment: the next one is tried.
                if (!await WorkspaceStore.InsertAsync(session, made))
                    return default(JobId?);
                var id = (await WorkspaceStore.FindAsync(session, name))!.Id;
                var order = new ImportOrder
                {
                    Tenant = id.Value,
                    Workspace = name,
                    Archive = stored.Key,
                    Size = stored.Size,
                    Sha256 = stored.Sha256!,
                    Grants = grants,
                };
                var job = await jobs.EnqueueAsync(session, actor, WorkspaceImport.JobKind, JsonSerializer.Serialize(order, ArchiveJson.Default.ImportOrder));
                await ImportStore.BeginAsync(session, id, job, stored.Key, time.GetUtcNow().ToUnixTimeMilliseconds());
                await audit.AppendAsync(session, actor, new AuditRecord("workspace.import.begin", "workspace", name) { After = Convert.FromHexString(stored.Sha256!) });
                return job;
            }, cancel);
            if (begun.Failed(out var refused, out var began))
                return refused;
            if (began is { } jobId)
                return jobId;
        }
    }

    // A title is shown in lists and logs, where a line's end or an escape sequence does harm.
    private static string OneLine(string text) => string.Create(text.Length, text, static (to, from) =>
    {
        for (var i = 0; i < to.Length; i++)
            to[i] = char.IsControl(from[i]) ? ' ' : from[i];
    });

    private static async ValueTask<Failure?> TakenAsync(DbSession session, string name)
    {
        if (await WorkspaceStore.FindAsync(session, name) is not null)
            return Failure.AlreadyExists("tenancy.workspace_exists", $"There is a workspace '{name}' already. Import it under another name (--as).");
        return await WorkspaceStore.IsTakenAsync(session, name) ? Workspaces.Arriving(name) : null;
    }
}
