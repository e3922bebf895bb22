using System.Buffers;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using Orrery.Audit;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary>
/// Writes a whole workspace as an archive (docs/operations/moving-a-workspace.md). The rows are those of one moment: they are copied to
/// scratch files from one snapshot, which is let go before the first byte is sent, so a slow receiver holds up nobody.
/// </summary>
internal sealed class WorkspaceExport(
    Db db,
    IBlobs blobs,
    IEnumerable<PortableTable> tables,
    IEnumerable<IWorkspaceBlobs> owners,
    IEnumerable<MigrationSet> schema,
    ScratchFiles scratch,
    AuditTrail trail,
    AuditLog audit,
    TimeProvider time)
{
    private const int Page = 1000;
    private const int MostProblems = 10_000;

    public static readonly string ServerVersion =
        typeof(WorkspaceExport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0.0.0";

    /// <summary>Name of a blob's entry.</summary>
    public static string BlobEntry(long number) => string.Create(CultureInfo.InvariantCulture, $"blobs/{number:D10}");

    /// <summary>Takes the snapshot. What comes back holds scratch files until it is disposed.</summary>
    public async ValueTask<PreparedExport> PrepareAsync(Actor actor, CancellationToken cancel)
    {
        await RecordAsync(actor, cancel);
        var prepared = new PreparedExport();
        try
        {
            await db.SnapshotAsync(async session =>
            {
                await PrepareAsync(session, actor, prepared, cancel);
                return 0;
            }, cancel);
            var chain = prepared.Add("audit.ndjson", scratch.Create());
            await foreach (var entry in trail.ExportAsync(actor, cancel))
                await chain.WriteAsync((byte[])[.. AuditChain.ToLine(entry), (byte)'\n'], cancel);
            return prepared;
        }
        catch
        {
            await prepared.DisposeAsync();
            throw;
        }
    }

    /// <summary>Writes the archive.</summary>
    /// <exception cref="InvalidOperationException">So much is missing from the blob store that no archive should be made of it.</exception>
    public async ValueTask WriteAsync(PreparedExport prepared, Stream to, CancellationToken cancel)
    {
        using var archive = new ArchiveWriter(to, prepared.Manifest.ExportedAt);
        await archive.AddAsync(ArchiveManifest.Name, JsonSerializer.SerializeToUtf8Bytes(prepared.Manifest, ArchiveJson.Default.ArchiveManifest), cancel);
        foreach (var (name, file) in prepared.Files)
        {
            var size = file.Length;
            file.Position = 0;
            await archive.AddAsync(name, file, size, cancel);
        }

        List<long> missing = [], damaged = [];
        await foreach (var blob in prepared.ReadBlobsAsync(cancel))
        {
            if (missing.Count + damaged.Count > MostProblems)
                throw new InvalidOperationException($"More than {MostProblems} blobs of the workspace are missing from the store or damaged.");
            await using var content = await blobs.OpenAsync($"{prepared.Manifest.Workspace.Name}/{blob.Key}", range: null, cancel);
            if (content is null)
                missing.Add(blob.Number);
            else if (await archive.AddAsync(BlobEntry(blob.Number), content.Stream, content.Total, cancel) != blob.Sha256)
                damaged.Add(blob.Number);
        }

        var trailer = new ArchiveTrailer { Entries = archive.Count, Sha256 = archive.EntriesHash, Missing = missing, Damaged = damaged };
        await archive.AddAsync(ArchiveTrailer.Name, JsonSerializer.SerializeToUtf8Bytes(trailer, ArchiveJson.Default.ArchiveTrailer), cancel);
        await archive.EndAsync(cancel);
    }

    private async ValueTask PrepareAsync(DbSession session, Actor actor, PreparedExport prepared, CancellationToken cancel)
    {
        var workspace = (await WorkspaceStore.FindAsync(session, actor.WorkspaceName))!;
        var rows = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var table in tables.Where(static t => t.Stays is null))
            rows[table.Name] = await CopyAsync(session, actor, table, prepared.Add($"tables/{table.Name}.ndjson", scratch.Create()), cancel);
        await CopyGrantsAsync(session, actor, prepared.Add("grants.ndjson", scratch.Create()), cancel);
        var (count, bytes) = await CopyBlobsAsync(session, actor, prepared.AddBlobs(scratch.Create()), cancel);
        prepared.Manifest = new()
        {
            Format = ArchiveManifest.Kind,
            FormatVersion = ArchiveManifest.Newest,
            ServerVersion = ServerVersion,
            ExportedAt = time.GetUtcNow(),
            Workspace = new()
            {
                Name = workspace.Name,
                DisplayName = workspace.DisplayName,
                Description = workspace.Description,
                CostCentre = workspace.CostCentre,
                Contact = workspace.Contact,
                NeedsSecondFactor = workspace.NeedsSecondFactor,
                CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(workspace.CreatedAt),
            },
            Schema = new(schema.ToDictionary(static set => set.Module, static set => set.LastNumber), StringComparer.Ordinal),
            Rows = rows,
            Blobs = count,
            BlobBytes = bytes,
        };
    }

    private static async ValueTask<long> CopyAsync(DbSession session, Actor actor, PortableTable table, FileStream to, CancellationToken cancel)
    {
        var count = 0L;
        var line = new ArrayBufferWriter<byte>(4096);
        await foreach (var row in PortableRows.ReadAsync(session, table, actor.Workspace).WithCancellation(cancel))
        {
            line.ResetWrittenCount();
            PortableRow.WriteLine(table, row, actor.WorkspaceName, line);
            await to.WriteAsync(line.WrittenMemory, cancel);
            count++;
        }

        return count;
    }

    // Shares are with workspaces that the new server does not have; they are in the file so that nobody misses them.
    private async ValueTask CopyGrantsAsync(DbSession session, Actor actor, FileStream to, CancellationToken cancel)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var after = "";
        List<Grant> page;
        var grants = new List<ArchivedGrant>();
        do
        {
            page = await GrantStore.ListAsync(session, actor.Workspace.Value, after, "", "", Page);
            foreach (var grant in page)
            {
                after = grant.Id;
                if (grant.SubjectName is { } subject && !(grant.ExpiresAt <= now))
                    grants.Add(new()
                    {
                        Kind = KindOf(grant),
                        Subject = subject,
                        Role = grant.Role,
                        ObjectKind = grant.ObjectKind,
                        ObjectId = grant.ObjectId,
                        ExpiresAt = grant.ExpiresAt is { } end ? DateTimeOffset.FromUnixTimeMilliseconds(end) : null,
                    });
            }
        }
        while (page.Count == Page);

        // By what they say: their ids are the server's own.
        foreach (var grant in grants
            .OrderBy(static g => g.Kind, StringComparer.Ordinal).ThenBy(static g => g.Subject, StringComparer.Ordinal)
            .ThenBy(static g => g.Role, StringComparer.Ordinal).ThenBy(static g => g.ObjectKind, StringComparer.Ordinal)
            .ThenBy(static g => g.ObjectId, StringComparer.Ordinal))
            await to.WriteAsync((byte[])[.. JsonSerializer.SerializeToUtf8Bytes(grant, ArchiveJson.Default.ArchivedGrant), (byte)'\n'], cancel);
    }

    private async ValueTask<(long Count, long Bytes)> CopyBlobsAsync(DbSession session, Actor actor, FileStream to, CancellationToken cancel)
    {
        var (count, bytes) = (0L, 0L);
        foreach (var owner in owners)
        {
            var after = "";
            List<WorkspaceBlob> page;
            do
            {
                page = await owner.ListAsync(session, actor.Workspace, after, Page);
                foreach (var blob in page)
                {
                    var named = new ArchivedBlob { Number = ++count, Key = blob.Key[(actor.WorkspaceName.Length + 1)..], Size = blob.Size, Sha256 = blob.Sha256 };
                    await to.WriteAsync((byte[])[.. JsonSerializer.SerializeToUtf8Bytes(named, ArchiveJson.Default.ArchivedBlob), (byte)'\n'], cancel);
                    bytes += blob.Size;
                    after = blob.Place;
                }
            }
            while (page.Count == Page);
        }

        return (count, bytes);
    }

    private async ValueTask RecordAsync(Actor actor, CancellationToken cancel)
    {
        var recorded = await db.WriteAsync<Done>(async session =>
        {
            await audit.AppendAsync(session, actor, new AuditRecord("workspace.export", "workspace", actor.WorkspaceName));
            return Done.Ok;
        }, cancel);
        if (recorded.Failure is { } failure)
            throw new InvalidOperationException(failure.Message);
    }

    private static string KindOf(Grant grant) => grant.SubjectKind == SubjectKinds.Workspace ? "workspace" : PrincipalKind(grant.SubjectId);

    /// <summary>What an id of a principal is one of.</summary>
    internal static string PrincipalKind(string id) => id[..4] switch
    {
        "usr_" => "person",
        "svc_" => "service",
        _ => "group",
    };
}
