using Orrery.Kernel;
using Orrery.Storage;
using Orrery.Tenancy;

namespace Orrery.Serving;

/// <summary>Which versions have deployments of an environment, shadows among them.</summary>
public sealed class DeployedVersions
{
    private readonly Db _db;

    internal DeployedVersions(Db db) => _db = db;

    /// <summary>Versions of registered models by name and number, each once.</summary>
    public async ValueTask<IReadOnlyList<(string Model, string Version)>> ListAsync(WorkspaceId workspace, string environment, CancellationToken cancel)
    {
        var found = new HashSet<(string, string)>();
        for (var after = (environment, ""); ;)
        {
            var from = after;
            var rows = await _db.ReadAsync(session => DeploymentStore.ListAsync(session, workspace, environment, from, Listings.MaxLimit), cancel);
            foreach (var variant in rows.SelectMany(static row => row.Spec.Variants).Where(static variant => variant.Model.Length > 0))
                found.Add((variant.Model, variant.Version));
            if (rows.Count < Listings.MaxLimit)
                return [.. found.Order()];
            after = (environment, rows[^1].Key.Name);
        }
    }
}
