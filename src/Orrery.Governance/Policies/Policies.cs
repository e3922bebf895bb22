using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orrery.Audit;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Serving;
using Orrery.Storage;
using Orrery.Tenancy;

namespace Orrery.Governance;

/// <summary>The policies of a workspace, every revision of each, and what they say of versions.</summary>
public sealed class Policies
{
    /// <summary>Event: the set of policies in force is another one; payload <c>sha256</c>.</summary>
    public const string Changed = "policies.changed";

    internal const string InvalidPolicy = "governance.invalid_policy";
    private const int MostPolicies = 200;
    private const int MostDryRun = 500;
    private const int LongestNote = 2_000;
    private readonly Db _db;
    private readonly GovernedFacts _facts;
    private readonly DeployedVersions _deployed;
    private readonly Outbox _outbox;
    private readonly AuditLog _audit;
    private readonly TimeProvider _time;

    internal Policies(Db db, GovernedFacts facts, DeployedVersions deployed, Outbox outbox, AuditLog audit, TimeProvider time) =>
        (_db, _facts, _deployed, _outbox, _audit, _time) = (db, facts, deployed, outbox, audit, time);

    /// <summary>How a version stands in an environment to all policies in force; as <see cref="GovernedFacts.ReadAsync"/> refuses.</summary>
    /// <param name="actor">Who asks, and in which workspace.</param>
    /// <param name="model">Registered model.</param>
    /// <param name="version">Its version's number.</param>
    /// <param name="environment">Where it is to be.</param>
    /// <param name="cancel">Stops waiting.</param>
    public async ValueTask<Result<PolicyVerdict>> CheckAsync(Actor actor, string model, string version, string environment, CancellationToken cancel)
    {
        if ((await _facts.ReadAsync(actor, model, version, environment, cancel)).Failed(out var unknown, out var facts))
            return unknown;
        var standing = await StandingAsync(actor, cancel);
        return Verdict(facts, (model, version, environment), [.. standing.Where(static row => row.IsEnabled).Select(static row => row.Document())], Sha256(standing));
    }

    /// <summary>SHA-256 of the set of policies in force.</summary>
    /// <param name="actor">In which workspace.</param>
    /// <param name="cancel">Stops waiting.</param>
    public async ValueTask<string> Sha256Async(Actor actor, CancellationToken cancel) => Sha256(await StandingAsync(actor, cancel));

    /// <summary>All policies, those that are not in force among them.</summary>
    internal async ValueTask<PolicyList> ListAsync(Actor actor, CancellationToken cancel)
    {
        var standing = await StandingAsync(actor, cancel);
        return new() { Sha256 = Sha256(standing), Policies = [.. standing.Select(static row => row.Wire())] };
    }

    /// <summary>A policy, or a revision of it; <c>governance.policy_not_found</c>.</summary>
    internal async ValueTask<Result<PolicyInfo>> GetAsync(Actor actor, string name, long? revision, CancellationToken cancel) =>
        await _db.ReadAsync(session => PolicyStore.RevisionsAsync(session, actor.Workspace, name, revision is { } one and < long.MaxValue ? one + 1 : long.MaxValue, 1), cancel) is [var row]
        && (revision is null || row.Revision == revision)
            ? row.Wire()
            : NotFound(name, revision);

    /// <summary>Revisions, newest first; <c>governance.policy_not_found</c>, <c>governance.invalid_limit</c>, <c>governance.invalid_page_token</c>.</summary>
    internal async ValueTask<Result<PolicyRevisions>> RevisionsAsync(Actor actor, string name, int? limit, string? token, CancellationToken cancel)
    {
        if (Listings.LimitProblem(limit, "governance") is { } wrong)
            return wrong;
        var before = long.MaxValue;
        if (!string.IsNullOrEmpty(token))
        {
            if (PageToken.Decode(token, 1) is not [long last])
                return Listings.NotOurs("governance.invalid_page_token");
            before = last;
        }

        var size = limit ?? Listings.DefaultLimit;
        var rows = await _db.ReadAsync(session => PolicyStore.RevisionsAsync(session, actor.Workspace, name, before, size + 1), cancel);
        if (rows.Count == 0 && before == long.MaxValue)
            return NotFound(name, null);
        var page = Listings.Cut(rows, size, static row => PageToken.Encode(row.Revision));
        return new PolicyRevisions { Revisions = [.. page.Items.Select(static row => row.Wire())], NextPageToken = page.NextToken };
    }

    /// <summary>What differs between two revisions, the newest and the one before it unless they are named; <c>governance.policy_not_found</c>.</summary>
    internal async ValueTask<Result<PolicyDiff>> DiffAsync(Actor actor, string name, long? from, long? to, CancellationToken cancel)
    {
        if ((await GetAsync(actor, name, to, cancel)).Failed(out var unknown, out var newer))
            return unknown;
        if ((await GetAsync(actor, name, from ?? Math.Max(1, newer.Revision - 1), cancel)).Failed(out unknown, out var older))
            return unknown;
        return new PolicyDiff { Name = name, From = older.Revision, To = newer.Revision, Changes = PolicyChanges.Between(older, newer) };
    }

    /// <summary>Sets a policy and has it in force; the same again changes nothing. <c>governance.invalid_policy</c>.</summary>
    internal async ValueTask<Result<PolicyInfo>> SetAsync(Actor actor, SetPolicy asked, string? pack, CancellationToken cancel)
    {
        if (PolicyRules.Problems(asked.Policy) is { Count: > 0 } problems)
            return Failure.Invalid(InvalidPolicy, $"The policy cannot be taken. {string.Join("; ", problems.Take(10))}.");
        if (asked.Note?.Length > LongestNote)
            return Failure.Invalid(InvalidPolicy, $"'note' may have {LongestNote} characters.");
        var body = Canonical(asked.Policy);
        return await ChangeAsync(actor, asked.Policy.Name, "policy.set", before => before is { IsEnabled: true } && before.Body == body && before.Pack == pack
            ? before
            : new PolicyRow(asked.Policy.Name, (before?.Revision ?? 0) + 1, IsEnabled: true, pack, Hash(body), body, asked.Note, actor.Name, Now()), cancel);
    }

    /// <summary>Takes a policy out of force; its revisions stay. <c>governance.policy_not_found</c>.</summary>
    internal ValueTask<Result<PolicyInfo>> DisableAsync(Actor actor, string name, CancellationToken cancel) => ChangeAsync(actor, name, "policy.disable", before => before switch
    {
        null => NotFound(name, null),
        { IsEnabled: false } => before,
        _ => before with { Revision = before.Revision + 1, IsEnabled = false, Note = null, ChangedBy = actor.Name, ChangedAt = Now() },
    }, cancel);

    /// <summary>Puts a pack in force; <c>governance.pack_not_found</c>.</summary>
    internal async ValueTask<Result<PolicyInfo>> EnableAsync(Actor actor, string pack, CancellationToken cancel) => PolicyPacks.All.TryGetValue(pack, out var policy)
        ? await SetAsync(actor, new SetPolicy { Policy = policy, Note = $"Pack {pack}, version {policy.Version}." }, pack, cancel)
        : Failure.NotFound("governance.pack_not_found", $"There is no pack '{(pack.Length > 63 ? pack[..63] : pack)}'; there are {string.Join(", ", PolicyPacks.All.Keys)}.");

    /// <summary>The packs, and which are in force.</summary>
    internal async ValueTask<PolicyPackList> PacksAsync(Actor actor, CancellationToken cancel)
    {
        var enabled = (await StandingAsync(actor, cancel)).Where(static row => row.IsEnabled).Select(static row => row.Name).ToHashSet(StringComparer.Ordinal);
        return new() { Packs = [.. PolicyPacks.All.Select(pack => new PolicyPack { Name = pack.Key, Policy = pack.Value, Enabled = enabled.Contains(pack.Key) })] };
    }

    /// <summary>Whom of what is in production a policy would newly block; <c>governance.invalid_policy</c>.</summary>
    internal async ValueTask<Result<PolicyDryRun>> DryRunAsync(Actor actor, PolicyDocument policy, CancellationToken cancel)
    {
        if (PolicyRules.Problems(policy) is { Count: > 0 } problems)
            return Failure.Invalid(InvalidPolicy, $"The policy cannot be tried. {string.Join("; ", problems.Take(10))}.");
        var all = (await _deployed.NowAsync(actor, null, RiskSubject.Production, cancel)).Where(static one => one is { Shadow: false, Share: > 0 }).Select(static one => (one.Model, one.Version)).Distinct().Order().ToList();
        var standing = await StandingAsync(actor, cancel);
        var force = standing.Where(static row => row.IsEnabled).Select(static row => row.Document()).ToList();
        var (newly, still, unknown) = (new List<PolicyVerdict>(), new List<PolicyVerdict>(), new List<string>());
        foreach (var (model, version) in all.Take(MostDryRun))
        {
            if ((await _facts.ReadAsync(actor, model, version, RiskSubject.Production, cancel)).Failed(out var missing, out var facts))
            {
                unknown.Add($"{model}/{version}: {missing.Message}");
                continue;
            }

            var then = Verdict(facts, (model, version, RiskSubject.Production), [.. force.Where(one => one.Name != policy.Name), policy], Sha256(standing));
            if (then.Passed)
                continue;
            (Verdict(facts, (model, version, RiskSubject.Production), force, Sha256(standing)).Passed ? newly : still).Add(then);
        }

        return new PolicyDryRun { Versions = Math.Min(all.Count, MostDryRun), IsWhole = all.Count <= MostDryRun, NewlyBlocked = newly, StillBlocked = still, Unknown = unknown };
    }

    internal static string Sha256(IEnumerable<PolicyRow> standing) =>
        Hash(string.Concat(standing.Where(static row => row.IsEnabled).OrderBy(static row => row.Name, StringComparer.Ordinal).Select(static row => $"{row.Name} {row.Sha256}\n")));

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static string Canonical(PolicyDocument policy)
    {
        var text = new StringBuilder();
        CanonicalJson.Append(text, JsonSerializer.SerializeToElement(policy, OrreryJson.TypeOf<PolicyDocument>()));
        return text.ToString();
    }

    private static Failure NotFound(string name, long? revision) =>
        Failure.NotFound("governance.policy_not_found", $"There is no policy '{(name.Length > 63 ? name[..63] : name)}'{(revision is null ? "" : $" of revision {revision}")}.");

    private PolicyVerdict Verdict(GovernedDocument facts, (string Model, string Version, string Environment) subject, IReadOnlyList<PolicyDocument> policies, string sha256)
    {
        var rules = policies.SelectMany(policy => PolicyRules.Check(policy, facts.Facts)).ToList();
        var blocked = rules.Where(static one => one.Outcome == PolicyRules.Block).ToList();
        return new()
        {
            Model = subject.Model,
            Version = subject.Version,
            Environment = subject.Environment,
            Passed = blocked.Count == 0,
            Blocked = blocked,
            Warnings = [.. rules.Where(static one => one.Outcome == PolicyRules.Warn)],
            Rules = rules,
            PoliciesSha256 = sha256,
            FactsSha256 = facts.Sha256,
            At = _time.GetUtcNow(),
        };
    }

    private ValueTask<Result<PolicyInfo>> ChangeAsync(Actor actor, string name, string action, Func<PolicyRow?, Result<PolicyRow>> next, CancellationToken cancel) => _db.WriteAsync<PolicyInfo>(async session =>
    {
        var standing = await PolicyStore.StandingAsync(session, actor.Workspace, null);
        var before = standing.Find(row => row.Name == name);
        if (next(before).Failed(out var refused, out var row))
            return refused;
        if (ReferenceEquals(row, before))
            return row.Wire();
        if (before is null && standing.Count >= MostPolicies)
            return Failure.Conflict("governance.too_many_policies", $"There are {standing.Count} policies; a workspace may have {MostPolicies}.");
        if (!await PolicyStore.AddAsync(session, actor.Workspace, row))
            return Failure.Conflict("governance.policy_changed", $"Somebody else changed policy {name} meanwhile; look at it again.");
        await _audit.AppendAsync(session, actor, new AuditRecord(action, "policy", name) { After = Convert.FromHexString(row.Sha256) });
        var sha256 = Sha256(standing.Where(one => one.Name != name).Append(row));
        if (sha256 != Sha256(standing))
            _outbox.Append(session, actor, Changed, new JsonObject { ["sha256"] = sha256 }.ToJsonString());
        return row.Wire();
    }, cancel);

    private ValueTask<List<PolicyRow>> StandingAsync(Actor actor, CancellationToken cancel) => _db.ReadAsync(session => PolicyStore.StandingAsync(session, actor.Workspace, null), cancel);

    private long Now() => _time.GetUtcNow().ToUnixTimeMilliseconds();
}
