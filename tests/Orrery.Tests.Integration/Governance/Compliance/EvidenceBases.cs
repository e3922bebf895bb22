using Orrery.Audit;
using Orrery.Contracts;
using Orrery.Features;
using Orrery.Governance;
using Orrery.Registry;

namespace Orrery.Tests.Integration;

/// <summary>Bases of reports, and what must be in one for each fact and act of the control map.</summary>
internal static class EvidenceBases
{
    private const long At = 1_760_000_000_000;

    // What turns a fact of the platform's own from missing to present.
    private static readonly Dictionary<string, Func<EvidenceRecords, EvidenceRecords>> Turns = new(StringComparer.Ordinal)
    {
        ["role_assignments"] = static known => known with { Access = known.Access with { Grants = [new() { GrantId = "g", Subject = "ada", Role = "viewer" }] } },
        ["identity_on"] = static known => known with { Access = known.Access with { IsIdentityOn = true } },
        ["session_policy"] = static known => known with { Access = known.Access with { IsIdentityOn = true } },
        ["no_orphan_tokens"] = static known => known with { Access = known.Access with { IsIdentityOn = true } },
        ["single_sign_on"] = static known => known with { Access = known.Access with { SingleSignOnIssuer = "https://login.example.org" } },
        ["tokens"] = static known => known with { Access = known.Access with { Tokens = [new() { TokenId = "tok_1", Owner = "ada", ExpiresAt = At + 1 }] } },
        ["second_factors"] = static known => known with { Access = known.Access with { Principals = [new() { PrincipalId = "usr_1", Kind = "person", HasSecondFactor = true }] } },
        ["audit_entries"] = static known => known with { Trail = known.Trail with { Entries = 1, Acts = [.. known.Trail.Acts, Acts("run.create")] } },
        ["audit_verified"] = static known => known with { Verdict = new() { Valid = true, Entries = 1, Head = "00" } },
        ["audit_checkpoints"] = static known => known with { Checkpoints = [new() { Workspace = 1, Size = 1, Head = "00", Day = "2026-01-01", DayFirst = 1, DayRoot = "00", At = At, KeyId = "k" }] },
        ["audit_keys"] = static known => known with { Keys = [new() { KeyId = "k", PublicKey = "", NotBefore = 0, NotAfter = At }] },
        ["audit_retention"] = static known => known with { AuditRetention = TimeSpan.FromDays(2_192) },
        ["oldest_entry"] = static known => known with { Trail = known.Trail with { OldestAt = At } },
        ["named_entries"] = static known => known with { Trail = known.Trail with { Entries = 1, Nameless = 0 }, Access = known.Access with { IsIdentityOn = true } },
        ["package_hashes"] = static known => known with { Models = [new("m", "ada", At, 1, 1, At, 1, null)], Hashed = [new("m", 1, "00", At)] },
        ["models"] = static known => known with { Models = [new("m", "ada", At, 0, 0, null, 0, null)] },
        ["quality_checks"] = static known => known with { Quality = new(new Dictionary<string, long> { ["passed"] = 1 }, [new("c", "p", "s", "passed", At)]) },
        ["incidents"] = static known => known with { Incidents = [.. known.Incidents, One()] },
        ["automatic_incidents"] = static known => known with { Incidents = [.. known.Incidents, One() with { Kind = "automatic_rollback" }] },
        ["restored_incidents"] = static known => known with { Incidents = [.. known.Incidents, One() with { SecondsToRestore = 1 }] },
        ["reviewed_incidents"] = static known => known with { Incidents = [.. known.Incidents, One() with { State = "reviewed" }] },
        ["breaches"] = static known => known with { Incidents = [.. known.Incidents, One() with { PersonalDataBreach = true }] },
        ["exceptions"] = static known => known with { Exceptions = [.. known.Exceptions, new() { Id = "e", RequestedBy = "ada", State = "requested" }] },
        ["exceptions_separated"] = static known => known with { Exceptions = [.. known.Exceptions, new() { Id = "e", RequestedBy = "ada", DecidedBy = "bob", State = "approved" }] },
        ["subject_requests"] = static known => known with { Requests = [.. known.Requests, new() { Id = "r", Type = "access" }] },
        ["human_reviews"] = static known => known with { Requests = [.. known.Requests, new() { Id = "r", Type = "human_review", ReviewOutcome = "upheld" }] },
    };

    public static EvidenceRecords Empty { get; } = new()
    {
        Since = At - 1_000,
        Until = At + 1_000,
        Trail = new(0, 0, 0, 0, 0, null, []),
        PlatformTrail = new(0, 0, 0, 0, 0, null, []),
        Verdict = new(),
        Checkpoints = [],
        Keys = [],
        AuditRetention = TimeSpan.FromDays(365),
        Access = new() { At = At },
        Models = [],
        Hashed = [],
        Deployed = [],
        Quality = new(new Dictionary<string, long>(), []),
        Own = new Dictionary<string, FoundEvidence>(),
        Incidents = [],
        Exceptions = [],
        Requests = [],
        Changes = [],
        Contributed = new Dictionary<string, FoundEvidence>(),
        Tiers = new Dictionary<string, string>(),
        Approvals = new Dictionary<string, string>(),
        FurtherChanges = [],
    };

    /// <summary>The base with what a requirement asks, and nothing else new.</summary>
    public static EvidenceRecords With(EvidenceRecords known, ControlRequirement requirement)
    {
        if (requirement.Fact is not { } fact)
            return known with { Trail = known.Trail with { Entries = known.Trail.Entries + 1, Acts = [.. known.Trail.Acts, Acts(requirement.Acts[0])] } };
        if (Turns.TryGetValue(fact, out var turn))
            return turn(known);
        var found = new FoundEvidence(1, [new() { Type = "thing", Id = "1", At = At, Query = "all things" }]);
        return Facts.IsContributed(fact)
            ? known with { Contributed = new Dictionary<string, FoundEvidence>(known.Contributed) { [fact] = found } }
            : known with { Own = new Dictionary<string, FoundEvidence>(known.Own) { [fact] = found } };
    }

    private static AuditActs Acts(string action) => new(action, 1, [new("ent_" + action, 1, action, "thing", "1", "usr_1", At, "00")]);

    private static Incident One() => new() { Id = "i", Kind = "manual", State = "open", OpenedAt = At, Title = "t", Severity = "sev3" };
}
