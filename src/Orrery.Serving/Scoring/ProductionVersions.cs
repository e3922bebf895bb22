using System.Globalization;
using Orrery.Kernel;
using Orrery.Registry;
using Orrery.Storage;
using Orrery.Tenancy;

namespace Orrery.Serving;

/// <summary>Which version of a model is in production.</summary>
public sealed class ProductionVersions
{
    private const string Environment = "production";

    private readonly Db _db;
    private readonly ModelVersions _versions;

    internal ProductionVersions(Db db, ModelVersions versions) => (_db, _versions) = (db, versions);

    /// <summary>
    /// The version of stage Production, else the one that deployments in the environment <c>production</c> send most requests to; null when there is none.
    /// </summary>
    public async ValueTask<string?> FindAsync(Actor actor, string model, CancellationToken cancel)
    {
        if (!(await _versions.LatestAsync(actor, model, [Stages.Production], cancel)).Failed(out _, out var staged) && staged.Count > 0)
            return staged[0].Version.ToString(CultureInfo.InvariantCulture);
        var shares = new SortedDictionary<string, double>(StringComparer.Ordinal);
        for (var after = (Environment, ""); ;)
        {
            var rows = await _db.ReadAsync(session => DeploymentStore.ListAsync(session, actor.Workspace, Environment, after, Listings.MaxLimit), cancel);
            foreach (var row in rows)
            {
                foreach (var variant in row.Spec.Variants.Where(one => one.Model == model && !one.Shadow && one.Weight > 0))
                    shares[variant.Version] = shares.GetValueOrDefault(variant.Version) + TrafficShares.Of(row.Spec, variant);
            }

            if (rows.Count < Listings.MaxLimit)
                return shares.Count == 0 ? null : shares.MaxBy(static one => one.Value).Key;
            after = (rows[^1].Key.Environment, rows[^1].Key.Name);
        }
    }
}
