using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Orrery.Audit;
using Orrery.Kernel;
using Orrery.Storage;
using Orrery.Tracking;

namespace Orrery.Registry;

/// <summary>
/// Brings the registry's copy of a package, and what it knows of it, in line with the version: reads and copies it once,
/// moves the copy after a rename, removes it with its version. May be run at any time and any number of times.
/// </summary>
internal sealed class PackageReading(Db db, AuditLog audit, Outbox outbox, Artifacts artifacts, IBlobs blobs, TimeProvider time, ILogger<PackageReading> logger) : IJobHandler
{
    public const string JobKind = "registry.package";

    private const int MaxFiles = 10_000;

    public string Kind => JobKind;

    public JobPolicy Policy { get; } = new() { MaxAttempts = 8, FirstRetry = TimeSpan.FromSeconds(2), LongestRetry = TimeSpan.FromMinutes(10) };

    public async Task<Result<string?>> RunAsync(JobContext job, CancellationToken cancel)
    {
        var asked = JsonSerializer.Deserialize(job.Payload, PackageJson.Default.PackageJob)!;
        var workspace = job.Actor.Workspace;
        var version = await db.ReadAsync(session => VersionStore.FindByIdAsync(session, workspace, asked.ModelId, asked.Version), cancel);
        var kept = version is null || asked.Again ? null : await KeptAsync(job.Actor, version, cancel);
        var failed = version is null ? null
            : kept is not null ? await MoveAsync(job, version, kept, cancel)
            : await ReadAsync(job, version, cancel);
        failed ??= await RemoveOthersAsync(job, asked, version, cancel);
        if (failed is not null)
            return failed;
        foreach (var name in asked.Names.Append(version?.Name).OfType<string>().Distinct())
            await PointAsync(job.Actor, name, cancel);
        return (string?)null;
    }

    /// <summary>The package that is kept; null when there is none.</summary>
    private async Task<ModelPackage?> KeptAsync(Actor actor, ModelVersion version, CancellationToken cancel) =>
        await db.ReadAsync(session => PackageStore.FindAsync(session, actor.Workspace, version), cancel) is { State: PackageStates.Stored } kept ? kept : null;

    /// <summary>Moves the copy to where it belongs by the model's name now. Its content stays: a registered package does not change.</summary>
    private async Task<Failure?> MoveAsync(JobContext job, ModelVersion version, ModelPackage kept, CancellationToken cancel)
    {
        var folder = PackageLayout.Folder(job.Actor.WorkspaceName, version.Name, version.Version);
        if (folder == kept.Folder)
            return null;
        if (kept.Files.Any(file => !BlobKey.IsValid($"{folder}/{file.Path}", out _)))
            return null;
        if (await ClaimAsync(job.Actor, version, folder, cancel) is { } taken)
            return taken;
        foreach (var file in kept.Files)
        {
            if (await blobs.CopyAsync($"{kept.Folder}/{file.Path}", $"{folder}/{file.Path}", cancel) is null)
                return Failure.Unavailable("registry.package_lost", $"{kept.Folder}/{file.Path} is not in the blob store.");
        }

        return await RecordAsync(job, version, kept with { Folder = folder }, cancel);
    }

    /// <summary>Reads the package and keeps a copy of it.</summary>
    private async Task<Failure?> ReadAsync(JobContext job, ModelVersion version, CancellationToken cancel)
    {
        var actor = job.Actor;
        if (ArtifactUri.PathOf(version.StorageUri) is not { } root)
            return await NotKeptAsync(job, version, Empty(version, PackageStates.External), cancel);
        var found = await artifacts.TreeAsync(actor, root, cancel);
        if (found.Count == 0)
            return await NotKeptAsync(job, version, Empty(version, PackageStates.Missing) with { Problem = $"There are no files at {version.StorageUri}." }, cancel);
        var folder = PackageLayout.Folder(actor.WorkspaceName, version.Name, version.Version);
        if (WhyNotKept(root, folder, found) is { } why)
            return await NotKeptAsync(job, version, Empty(version, PackageStates.Refused) with { Problem = why }, cancel);
        if (await ClaimAsync(actor, version, folder, cancel) is { } taken)
            return taken;
        if (await CopyAsync(job, root, folder, found, cancel) is { } broken)
            return broken;
        var files = found.ConvertAll(artifact => new PackageFile(Below(root, artifact), artifact.Size, artifact.Sha256));
        await RemoveStrayAsync(folder, files, cancel);
        var (document, problem) = await DescribeAsync(actor, root, files, cancel);
        return await RecordAsync(job, version, new(
            version.Name, version.Version, PackageStates.Stored, problem, version.StorageUri, folder, files.Sum(static f => f.Size),
            PackageLayout.Hash(files), Now(), document, [.. files.OrderBy(static f => f.Path, StringComparer.Ordinal)]), cancel);
    }

    /// <summary>Records why there is no copy, unless there is one: that stays, whatever became of the files it was made from.</summary>
    private async Task<Failure?> NotKeptAsync(JobContext job, ModelVersion version, ModelPackage package, CancellationToken cancel) =>
        await KeptAsync(job.Actor, version, cancel) is null
            ? await RecordAsync(job, version, package, cancel)
            : Failure.Conflict("registry.package_kept", $"The copy of the package stays as it is: {package.Problem ?? $"its files are not in this server's store but at {version.StorageUri}."}");

    private static string? WhyNotKept(string root, string folder, List<Artifact> found)
    {
        if (found.Count > MaxFiles)
            return $"It has more than {MaxFiles} files.";
        return found.Find(artifact => !BlobKey.IsValid($"{folder}/{Below(root, artifact)}", out _)) is { } tooLong
            ? $"The path {RegistryText.Clip(tooLong.Path.Full)} is too long."
            : null;
    }

    private async Task<Failure?> ClaimAsync(Actor actor, ModelVersion version, string folder, CancellationToken cancel)
    {
        var claimed = await db.WriteAsync<bool>(
            async session => await PackageStore.ClaimAsync(session, actor.Workspace, folder, version.ModelId, version.Version), cancel);
        if (claimed.Failed(out var failure, out var ours))
            return failure;
        return ours
            ? null
            : Failure.Unavailable("registry.folder_taken", $"The folder {folder} still holds a package of another model, which is being moved or removed.");
    }

    private async Task<Failure?> CopyAsync(JobContext job, string root, string folder, List<Artifact> found, CancellationToken cancel)
    {
        var (total, done) = (Math.Max(1, found.Sum(static f => f.Size)), 0L);
        foreach (var artifact in found)
        {
            var key = $"{folder}/{Below(root, artifact)}";
            job.Report((double)done / total, $"Copying {artifact.Path.Name}");
            var there = await blobs.HeadAsync(key, cancel);
            if (there is null || there.Size != artifact.Size || there.Sha256 != artifact.Sha256)
            {
                if (await CopyAsync(job.Actor, artifact, key, cancel) is not { } copied || copied.Size != artifact.Size
                    || (copied.Sha256 is { } hash && hash != artifact.Sha256))
                    return Failure.Unavailable("registry.package_changed", $"{artifact.Path.Full} was replaced while it was copied.");
            }

            done += artifact.Size;
        }

        return null;
    }

    private async Task<BlobInfo?> CopyAsync(Actor actor, Artifact artifact, string key, CancellationToken cancel)
    {
        if (!artifact.InDatabase)
            return await blobs.CopyAsync(artifact.BlobKey, key, cancel);
        if ((await artifacts.OpenAsync(actor, artifact.Path, range: null, cancel)).Failed(out _, out var opened))
            return null;
        await using var content = opened.Content;
        return await blobs.PutAsync(key, content.Stream, cancel);
    }

    /// <summary>What an earlier state of the package left in the folder.</summary>
    private async Task RemoveStrayAsync(string folder, List<PackageFile> files, CancellationToken cancel)
    {
        var wanted = files.Select(f => $"{folder}/{f.Path}").ToHashSet(StringComparer.Ordinal);
        var stray = new List<string>();
        await foreach (var blob in blobs.ListAsync(folder + "/", cancel))
        {
            if (!wanted.Contains(blob.Key))
                stray.Add(blob.Key);
        }

        foreach (var key in stray)
            await blobs.DeleteAsync(key, cancel);
    }

    private async Task<(PackageDocument Document, string? Problem)> DescribeAsync(Actor actor, string root, List<PackageFile> files, CancellationToken cancel)
    {
        if (!files.Exists(static f => f.Path == "MLmodel"))
            return (PackageDocument.Empty, "It has no MLmodel file at its top.");
        if (await TextAsync(actor, root, "MLmodel", files, cancel) is not { } text)
            return (PackageDocument.Empty, "Its MLmodel file is larger than 1 MiB, or no UTF-8.");
        if (PackageDocument.Parse(text).Failed(out var wrong, out var document))
            return (PackageDocument.Empty, $"Its MLmodel file cannot be read. {wrong.Message}");
        return await TextAsync(actor, root, "requirements.txt", files, cancel) is { } requirements
            ? (document with { Requirements = PackageDocument.ParseRequirements(requirements) }, null)
            : (document, null);
    }

    /// <summary>A small text file; null when it is not there, too large, or no UTF-8.</summary>
    private async Task<string?> TextAsync(Actor actor, string root, string name, List<PackageFile> files, CancellationToken cancel)
    {
        if (files.Find(f => f.Path == name) is not { Size: <= UntrustedYaml.MaxLength } file)
            return null;
        if ((await artifacts.OpenAsync(actor, new(root, name), range: null, cancel)).Failed(out _, out var opened))
            return null;
        await using var content = opened.Content;
        var bytes = new byte[file.Size];
        var count = await content.Stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancel);
        try
        {
            return new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(bytes, 0, count);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>Writes down what was read, unless the version has been deleted or renamed meanwhile.</summary>
    private async Task<Failure?> RecordAsync(JobContext job, ModelVersion version, ModelPackage package, CancellationToken cancel)
    {
        var workspace = job.Actor.Workspace;
        var recorded = await db.WriteAsync<Done>(async session =>
        {
            if ((await job.GuardAsync(session)).Failure is { } lost)
                return lost;
            if (await VersionStore.FindByIdAsync(session, workspace, version.ModelId, version.Version) is not { } now || now.Name != version.Name)
                return Failure.Unavailable("registry.version_changed", $"Version {version.Version} of {version.Name} was renamed or deleted while its package was read.");
            var before = await PackageStore.FindAsync(session, workspace, version);
            await PackageStore.PutAsync(session, workspace, version.ModelId, package);
            // Reading the same again is no change.
            if ((before?.State, before?.Folder, before?.Sha256, before?.Problem) != (package.State, package.Folder, package.Sha256, package.Problem))
            {
                await audit.AppendAsync(session, job.Actor, RegistryEvents.VersionRecord("model.package.store", version.Name, version.Version) with
                {
                    Before = Hash(before),
                    After = Hash(package),
                    Detail = $"{{\"state\":\"{package.State}\"}}",
                });
                if (package.State is PackageStates.Stored)
                    outbox.Append(session, job.Actor, RegistryEvent.Names.VersionPackaged, new RegistryEvent { ModelId = version.ModelId, Name = version.Name, Version = version.Version }.ToJson());
            }

            return Done.Ok;
        }, cancel);
        if (recorded.Failure is null)
            Log.PackageRead(logger, version.Name, version.Version, package.State, package.Files.Count, package.Size);
        return recorded.Failure;
    }

    /// <summary>Removes the folders that are not the version's any more: it was renamed, deleted, or lies elsewhere now.</summary>
    private async Task<Failure?> RemoveOthersAsync(JobContext job, PackageJob asked, ModelVersion? version, CancellationToken cancel)
    {
        var workspace = job.Actor.Workspace;
        var kept = version is null
            ? null
            : (await db.ReadAsync(session => PackageStore.FindAsync(session, workspace, version), cancel))?.Folder;
        foreach (var folder in await db.ReadAsync(session => PackageStore.ListFoldersAsync(session, workspace, asked.ModelId, asked.Version), cancel))
        {
            if (folder == kept)
                continue;
            await blobs.DeletePrefixAsync(folder + "/", cancel);
            var released = await db.WriteAsync<Done>(async session =>
            {
                await PackageStore.ReleaseAsync(session, workspace, folder, asked.ModelId, asked.Version);
                return Done.Ok;
            }, cancel);
            if (released.Failure is { } failure)
                return failure;
        }

        if (version is not null)
            return null;
        return (await db.WriteAsync<Done>(async session =>
        {
            await PackageStore.RemoveAsync(session, workspace, asked.ModelId, asked.Version);
            return Done.Ok;
        }, cancel)).Failure;
    }

    /// <summary>Rewrites a model's pointer to its latest version, again when that changed meanwhile.</summary>
    private async Task PointAsync(Actor actor, string name, CancellationToken cancel)
    {
        var key = PackageLayout.Latest(actor.WorkspaceName, name);
        var folder = key[..^"/latest".Length];
        for (long? written = -1; ;)
        {
            var newest = await db.ReadAsync(session => PackageStore.NewestStoredAsync(session, actor.Workspace, name, folder), cancel);
            if (newest == written)
                return;
            written = newest;
            if (newest is null)
            {
                await blobs.DeleteAsync(key, cancel);
                continue;
            }

            using var content = new MemoryStream(Encoding.UTF8.GetBytes(FormattableString.Invariant($"{{\"version\":{newest},\"folder\":\"v{newest}\"}}\n")));
            await blobs.PutAsync(key, content, cancel);
        }
    }

    private static byte[]? Hash(ModelPackage? package) => package?.Sha256 is { } sha256 ? Convert.FromHexString(sha256) : null;

    private static string Below(string root, Artifact artifact) => root.Length == 0 ? artifact.Path.Full : artifact.Path.Full[(root.Length + 1)..];

    private ModelPackage Empty(ModelVersion version, string state) =>
        new(version.Name, version.Version, state, null, version.StorageUri, null, 0, null, Now(), PackageDocument.Empty, []);

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();
}
