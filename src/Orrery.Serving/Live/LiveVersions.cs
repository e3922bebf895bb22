using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Registry;
using Orrery.Storage;
using Orrery.Tenancy;

namespace Orrery.Serving;

/// <summary>What became of a run or a version in production: which deployments have it answer, and how it fares on this server.</summary>
public sealed class LiveVersions
{
    private readonly Db _db;
    private readonly VersionTraining _training;
    private readonly ServingMetrics _metrics;
    private readonly ServerIdentity _server;

    internal LiveVersions(Db db, VersionTraining training, ServingMetrics metrics, ServerIdentity server) => (_db, _training, _metrics, _server) = (db, training, metrics, server);

    /// <summary>Of one version; <c>registry.version_not_found</c>, <c>registry.invalid_version</c>.</summary>
    public async ValueTask<Result<LiveServing>> OfVersionAsync(Actor actor, string model, string version, CancellationToken cancel)
    {
        if ((await _training.FindAsync(actor, model, version, cancel)).Failed(out var missing, out var found))
            return missing;
        return await ListAsync(actor, [found], cancel);
    }

    /// <summary>Of all versions that a run made.</summary>
    public async ValueTask<LiveServing> OfRunAsync(Actor actor, string run, CancellationToken cancel) => await ListAsync(actor, await _training.OfRunAsync(actor, run, cancel), cancel);

    private async ValueTask<LiveServing> ListAsync(Actor actor, IReadOnlyList<(string Model, string Version)> versions, CancellationToken cancel)
    {
        var wanted = versions.ToHashSet();
        var served = new List<ServedVersion>();
        var after = ("", "");
        while (wanted.Count > 0)
        {
            var rows = await _db.ReadAsync(session => DeploymentStore.ListAsync(session, actor.Workspace, null, after, Listings.MaxLimit), cancel);
            served.AddRange(rows.SelectMany(row => row.Spec.Variants.Where(variant => wanted.Contains((variant.Model, variant.Version))).Select(variant => Served(row, variant))));
            if (rows.Count < Listings.MaxLimit)
                break;
            after = (rows[^1].Key.Environment, rows[^1].Key.Name);
        }

        return new LiveServing
        {
            Node = _server.Name,
            Versions = [.. versions.Select(static one => new LiveVersion { Model = one.Model, Version = one.Version })],
            Served = served,
        };
    }

    /// <summary>Of the variants of one deployment; <c>serving.deployment_not_found</c>.</summary>
    public async ValueTask<Result<LiveServing>> OfDeploymentAsync(Actor actor, string environment, string name, CancellationToken cancel)
    {
        var key = new DeploymentKey(actor.Workspace, environment, name);
        return await _db.ReadAsync<Result<LiveServing>>(async session => await DeploymentStore.FindAsync(session, key) is { IsRemoved: false } row
            ? new LiveServing
            {
                Node = _server.Name,
                Versions = [.. row.Spec.Variants.Select(static one => new LiveVersion { Model = one.Model, Version = one.Version }).Distinct()],
                Served = [.. row.Spec.Variants.Select(variant => Served(row, variant))],
            }
            : await Deployments.NotFoundAsync(session, key), cancel);
    }

    private ServedVersion Served(DeploymentRow row, VariantSpec variant) => new()
    {
        Environment = row.Key.Environment,
        Deployment = row.Key.Name,
        Revision = row.Revision,
        Variant = variant.Name,
        Model = variant.Model,
        Version = variant.Version,
        Shadow = variant.Shadow,
        Share = TrafficShares.Of(row.Spec, variant),
        Live = variant.Shadow ? null : _metrics.Find(row.Key, variant)?.Live(),
        Compared = variant.Shadow ? _metrics.Find(row.Key, variant)?.AsShadow() : null,
    };
}
