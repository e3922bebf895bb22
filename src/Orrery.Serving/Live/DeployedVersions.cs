using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;
using Orrery.Tenancy;

namespace Orrery.Serving;

/// <summary>Where versions are and were deployed, and what they are asked, for modules above that judge them.</summary>
public sealed class DeployedVersions
{
    private const int Page = 200;

    // Servers say every ten seconds that they are there; one that ended without a word is waited for no longer than this.
    private static readonly TimeSpan NodesSeen = TimeSpan.FromSeconds(25);
    private readonly Db _db;
    private readonly LogReading _log;
    private readonly TimeProvider _time;

    internal DeployedVersions(Db db, LogReading log, TimeProvider time) => (_db, _log, _time) = (db, log, time);

    /// <summary>Variants of a model's versions that are deployed now, shadows among them, by environment and name.</summary>
    /// <param name="actor">Who asks, and in which workspace.</param>
    /// <param name="model">Registered model; null for all.</param>
    /// <param name="environment">Where; null for everywhere.</param>
    /// <param name="cancel">Stops waiting.</param>
    public async ValueTask<IReadOnlyList<DeployedVersion>> NowAsync(Actor actor, string? model, string? environment, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(actor);
        var found = new List<DeployedVersion>();
        for (var after = (environment ?? "", ""); ;)
        {
            var rows = await _db.ReadAsync(session => DeploymentStore.ListAsync(session, actor.Workspace, environment, after, Listings.MaxLimit, model), cancel);
            foreach (var row in rows.Where(row => model is null || row.Spec.Variants.Any(one => one.Model == model)))
            {
                var nodes = await _db.ReadAsync(session => NodeStore.ListAsync(session, row.Key, _time.GetUtcNow().ToUnixTimeMilliseconds() - (long)NodesSeen.TotalMilliseconds), cancel);
                found.AddRange(row.Spec.Variants.Where(one => model is null || one.Model == model).Select(one => Of(row, one, nodes)));
            }

            if (rows.Count < Listings.MaxLimit)
                return found;
            after = (rows[^1].Key.Environment, rows[^1].Key.Name);
        }
    }

    /// <summary>All versions that are deployed now, and in which environments, shadows among them; read at once and without how they fare.</summary>
    public async ValueTask<IReadOnlySet<(string Model, string Version, string Environment)>> PlacesAsync(Actor actor, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(actor);
        var found = new HashSet<(string, string, string)>();
        for (var after = ("", ""); ;)
        {
            var rows = await _db.ReadAsync(session => DeploymentStore.ListAsync(session, actor.Workspace, null, after, Listings.MaxLimit), cancel);
            found.UnionWith(rows.SelectMany(static row => row.Spec.Variants.Select(one => (one.Model, one.Version, row.Key.Environment))));
            if (rows.Count < Listings.MaxLimit)
                return found;
            after = (rows[^1].Key.Environment, rows[^1].Key.Name);
        }
    }

    /// <summary>Whether a version of one of some models was ever deployed somewhere so that requests went to it; variants without a share and shadows do not count.</summary>
    public async ValueTask<bool> EverAsync(Actor actor, string environment, IReadOnlySet<string> models, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(models);
        var only = models.Count == 1 ? models.First() : null;
        for (var after = ("", 0L); ;)
        {
            var rows = await _db.ReadAsync(session => DeploymentStore.RevisionsThereAsync(session, actor.Workspace, environment, after, only, Page), cancel);
            if (rows.Exists(row => row.Spec.Variants.Any(one => one is { Shadow: false, Weight: > 0 } && models.Contains(one.Model))))
                return true;
            if (rows.Count < Page)
                return false;
            after = (rows[^1].Key.Name, rows[^1].Revision);
        }
    }

    /// <summary>What a model was asked in an environment in the last day as prediction logs tell it; nothing where there is none.</summary>
    public async ValueTask<DeployedTraffic> LoggedAsync(Actor actor, string model, string environment, CancellationToken cancel)
    {
        var (requests, subjects) = (0L, 0L);
        var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var deployment in (await NowAsync(actor, model, environment, cancel)).DistinctBy(static one => one.Deployment))
        {
            if (deployment.LogSample is not ({ } sample and > 0))
                continue;
            var key = new DeploymentKey(actor.Workspace, environment, deployment.Deployment);
            var (rows, told) = await _log.CountAsync(key, model, new LogQuery(now - (long)TimeSpan.FromDays(1).TotalMilliseconds, now), cancel);
            requests += (long)Math.Ceiling(rows / sample);
            subjects += told;
        }

        return new(requests, subjects);
    }

    private static DeployedVersion Of(DeploymentRow row, VariantSpec variant, List<DeploymentNode> nodes) => new(
        row.Key.Environment, row.Key.Name, row.Revision, variant.Name, variant.Model, variant.Version, TrafficShares.Of(row.Spec, variant), variant.Shadow)
    {
        IsReady = nodes.Count > 0 && nodes.All(node => node.State == "ready" && node.Revision == row.Revision),
        HasFailed = nodes.Any(static node => node.State is "failed"),
        Since = DateTimeOffset.FromUnixTimeMilliseconds(row.UpdatedAt),
        LogSample = row.Spec.Log is { } log ? log.Sample ?? 1 : null,
    };
}

/// <summary>A variant of a deployment.</summary>
/// <param name="Environment">Where.</param>
/// <param name="Deployment">Its name.</param>
/// <param name="Revision">Of the deployment.</param>
/// <param name="Variant">Its name.</param>
/// <param name="Model">Registered model.</param>
/// <param name="Version">Its version's number.</param>
/// <param name="Share">Of the requests, 0 to 1.</param>
/// <param name="Shadow">Whether nothing that it says is returned.</param>
public sealed record DeployedVersion(string Environment, string Deployment, long Revision, string Variant, string Model, string Version, double Share, bool Shadow)
{
    /// <summary>Whether every server has this revision ready.</summary>
    public bool IsReady { get; init; }

    /// <summary>Whether some server could not load it.</summary>
    public bool HasFailed { get; init; }

    /// <summary>Since when the revision stands.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>Share of the predictions that the deployment logs, 0 to 1; null for no log.</summary>
    public double? LogSample { get; init; }
}

/// <summary>What was asked in a day.</summary>
/// <param name="Requests">Requests, told from the sample of the log.</param>
/// <param name="Subjects">Distinct users and entities among the logged ones.</param>
public sealed record DeployedTraffic(long Requests, long Subjects);
