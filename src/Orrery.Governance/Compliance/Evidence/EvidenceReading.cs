using Orrery.Audit;
using Orrery.Features;
using Orrery.Kernel;
using Orrery.Registry;
using Orrery.Serving;
using Orrery.Storage;
using Orrery.Tenancy;

namespace Orrery.Governance;

/// <summary>Reads the base of a report. The number of its questions does not depend on how much there is.</summary>
internal sealed class EvidenceReading(
    Db db,
    AuditTrail trail,
    AuditOptions audit,
    AccessReviews access,
    ModelCounts models,
    ServedInventory served,
    QualityEvidence quality,
    Incidents incidents,
    PolicyExceptions exceptions,
    SubjectRequests requests,
    IEnumerable<IEvidenceSource> sources)
{
    /// <summary>Most items of a finding.</summary>
    public const int Newest = 3;

    public const int MostModels = 2_000;
    public const int MostChanges = 500;
    public const int MostRegister = 500;

    private const int MostAccess = 5_000;
    private const int MostCheckpoints = 5;

    // What brings a version to users, or takes it from them.
    private static readonly string[] ChangeActs =
    [
        "deployment.put", "deployment.rollback", "deployment.delete", "model.version.stage", "model.alias.set", "model.alias.delete", "evaluation.gates.set", "scan.accept",
    ];

    public async ValueTask<EvidenceRecords> ReadAsync(Actor actor, long since, long until, CancellationToken cancel)
    {
        var (from, to) = (DateTimeOffset.FromUnixTimeMilliseconds(since), DateTimeOffset.FromUnixTimeMilliseconds(until));
        var platform = Actor.System(WorkspaceId.Platform, "platform");
        var period = await trail.SummarizeAsync(actor, from, to, Newest, cancel);
        var changes = await trail.ListActsAsync(actor, ChangeActs, from, to, MostChanges + 1, cancel);
        var counted = await models.ListAsync(actor, MostModels + 1, cancel);
        var (deployed, isWhole) = await served.ListAsync(actor, cancel);
        var checkpoints = await trail.ListCheckpointsAsync(actor, MostCheckpoints, null, cancel);
        var (found, failed, left) = (await incidents.BetweenAsync(actor, since, until, MostRegister + 1, cancel), await exceptions.BetweenAsync(actor, since, until, MostRegister + 1, cancel),
            await requests.BetweenAsync(actor, since, until, MostRegister + 1, cancel));
        var review = await access.ReadAsync(actor, MostAccess, cancel);
        var contributed = await ContributionsAsync(actor, since, until, cancel);
        return new()
        {
            Since = since,
            Until = until,
            Trail = period,
            PlatformTrail = await trail.SummarizeAsync(platform, from, to, Newest, cancel),
            Verdict = await trail.VerifyAsync(actor, cancel),
            Checkpoints = checkpoints.Failed(out _, out var page) ? [] : page.Items,
            Keys = await trail.ListKeysAsync(cancel),
            AuditRetention = audit.Retention,
            Access = review,
            Models = [.. counted.Take(MostModels)],
            Hashed = await models.HashedAsync(actor, Newest, cancel),
            Deployed = deployed,
            Quality = await quality.ReadAsync(actor, since, until, Newest, cancel),
            Own = await db.ReadAsync(session => OwnEvidenceStore.ReadAsync(session, actor.Workspace, since, until, Newest), cancel),
            Incidents = [.. found.Take(MostRegister)],
            Exceptions = [.. failed.Take(MostRegister)],
            Requests = [.. left.Take(MostRegister)],
            Changes = [.. changes.Take(MostChanges)],
            Contributed = contributed.SelectMany(static one => one.Facts).ToLookup(static fact => fact.Key, static fact => fact.Value)
                .ToDictionary(static group => group.Key, static group => new FoundEvidence(group.Sum(static one => one.Count), [.. group.SelectMany(static one => one.Items).Take(Newest)]), StringComparer.Ordinal),
            Tiers = First(contributed.SelectMany(static one => one.Tiers)),
            Approvals = First(contributed.SelectMany(static one => one.Approvals)),
            FurtherChanges = [.. contributed.SelectMany(static one => one.Changes).Take(MostChanges)],
            LeftOut =
            [
                .. counted.Count > MostModels ? [$"Models beyond the first {MostModels} by name."] : (string[])[],
                .. changes.Count > MostChanges ? [$"Changes before the last {MostChanges}; the audit trail has them all."] : (string[])[],
                .. found.Count > MostRegister ? [$"Incidents before the last {MostRegister}."] : (string[])[],
                .. failed.Count > MostRegister ? [$"Exceptions before the last {MostRegister}."] : (string[])[],
                .. left.Count > MostRegister ? [$"Requests of data subjects before the last {MostRegister}."] : (string[])[],
                .. isWhole ? (string[])[] : ["Deployments beyond the first thousand."],
                .. review.IsTruncated ? [$"Grants, principals or tokens beyond the first {MostAccess}."] : (string[])[],
            ],
        };
    }

    private async ValueTask<IReadOnlyList<ContributedEvidence>> ContributionsAsync(Actor actor, long since, long until, CancellationToken cancel)
    {
        var all = new List<ContributedEvidence>();
        foreach (var source in sources)
            all.Add(await source.CollectAsync(actor, since, until, Newest, cancel));
        return all;
    }

    private static Dictionary<string, string> First(IEnumerable<KeyValuePair<string, string>> pairs) =>
        pairs.GroupBy(static pair => pair.Key, StringComparer.Ordinal).ToDictionary(static group => group.Key, static group => group.First().Value, StringComparer.Ordinal);
}
