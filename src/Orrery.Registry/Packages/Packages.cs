using Orrery.Audit;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Registry;

/// <summary>What one can do with the packages of versions.</summary>
public sealed class Packages
{
    private readonly Db _db;
    private readonly AuditLog _audit;
    private readonly Jobs _jobs;
    private readonly ModelVersions _versions;
    private readonly IReadOnlyList<IPackageVerdict> _verdicts;

    internal Packages(Db db, AuditLog audit, Jobs jobs, ModelVersions versions, IEnumerable<IPackageVerdict> verdicts)
    {
        _db = db;
        _audit = audit;
        _jobs = jobs;
        _versions = versions;
        _verdicts = [.. verdicts];
    }

    /// <summary>The package of a version.</summary>
    /// <returns><c>registry.version_not_found</c>, <c>registry.invalid_version</c>, or <c>registry.package_not_read</c> until the job has read it.</returns>
    public async ValueTask<Result<ModelPackage>> GetAsync(Actor actor, string name, string version, CancellationToken cancel)
    {
        if ((await _versions.GetAsync(actor, name, version, cancel)).Failed(out var missing, out var found))
            return missing;
        return await _db.ReadAsync(session => PackageStore.FindAsync(session, actor.Workspace, found), cancel) is { } package
            ? package
            : Failure.NotFound("registry.package_not_read", $"The package of version {found.Version} of {RegistryText.Clip(name)} has not been read yet; ask again soon.");
    }

    /// <summary>The package of a version that is about to be loaded.</summary>
    /// <returns>What <see cref="GetAsync"/> refuses, and the refusal of whoever judges packages.</returns>
    public async ValueTask<Result<ModelPackage>> GetForUseAsync(Actor actor, string name, string version, CancellationToken cancel)
    {
        if ((await GetAsync(actor, name, version, cancel)).Failed(out var unknown, out var package))
            return unknown;
        if (package.State is not PackageStates.Stored)
            return package;
        foreach (var one in _verdicts)
        {
            if (await one.CheckAsync(actor, package, cancel) is { } refused)
                return refused;
        }

        return package;
    }

    /// <summary>Has a package read again and the copy replaced, as when its files came after the version was registered.</summary>
    /// <returns>The job, or <c>registry.version_not_found</c>, <c>registry.invalid_version</c>.</returns>
    public async ValueTask<Result<JobId>> ReadAgainAsync(Actor actor, string name, string version, CancellationToken cancel)
    {
        if ((await _versions.GetAsync(actor, name, version, cancel)).Failed(out var missing, out var found))
            return missing;
        return await _db.WriteAsync<JobId>(async session =>
        {
            await _audit.AppendAsync(session, actor, RegistryEvents.VersionRecord("model.package.read", found.Name, found.Version));
            return await PackageEvents.EnqueueAsync(session, _jobs, actor, new(found.ModelId, found.Version, [found.Name], Again: true));
        }, cancel);
    }
}
