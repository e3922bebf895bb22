using System.Globalization;
using System.Text;
using Orrery.Contracts;

namespace Orrery.Governance;

/// <summary>The facts that the control map names, each computed from the base of a report.</summary>
internal static class Facts
{
    private static readonly TimeSpan SixYears = TimeSpan.FromDays(2_192);

    private static readonly Dictionary<string, Func<EvidenceRecords, FoundEvidence>> Known = new(StringComparer.Ordinal)
    {
        ["role_assignments"] = static known => Found(known.Access.Grants.Count, known.Access.Grants.OrderByDescending(static grant => grant.GrantedAt).Select(grant => new EvidenceItem
        {
            Type = "grant",
            Id = grant.GrantId,
            At = grant.GrantedAt,
            Sha256 = HashOf(grant.Subject, grant.Role, grant.ObjectKind, grant.ObjectId),
            Query = "grants in the workspace and everywhere, now",
            Link = "/api/v1/grants",
            Text = grant.Role,
        })),
        ["identity_on"] = static known => One(known.Access.IsIdentityOn, known, "setting", "identity", "whether people must sign in, now", "People must sign in."),
        ["single_sign_on"] = static known => One(known.Access.SingleSignOnIssuer is not null, known, "setting", "single sign-on", "provider that is configured, now", known.Access.SingleSignOnIssuer),
        ["session_policy"] = static known => One(known.Access.IsIdentityOn, known, "setting", "sessions", "rules of sessions, now",
            string.Create(CultureInfo.InvariantCulture, $"A session ends after {known.Access.SessionIdleMinutes:0.#} minutes of quiet and after {known.Access.SessionLongestMinutes:0.#} minutes in any case.")),
        ["tokens"] = static known => Found(known.Access.Tokens.Count, known.Access.Tokens.OrderByDescending(static token => token.CreatedAt).Select(static token => new EvidenceItem
        {
            Type = "token",
            Id = token.TokenId,
            At = token.CreatedAt,
            Query = "tokens of those whom grants reach, now",
            Text = $"ends {Date(token.ExpiresAt)}, last used {(token.LastUsedAt is { } used ? Date(used) : "never")}{(token.RevokedAt is null ? "" : ", revoked")}",
        })),
        ["no_orphan_tokens"] = static known => One(
            known.Access.IsIdentityOn && !known.Access.Tokens.Any(token => token.IsOrphan && token.RevokedAt is null && token.ExpiresAt > known.Access.At), known, "check", "orphan tokens",
            "tokens of disabled accounts that would still be good, now", "There is none."),
        ["second_factors"] = static known => Found(
            known.Access.Principals.Count(static person => person.HasSecondFactor),
            known.Access.Principals.Where(static person => person.HasSecondFactor).Select(person => new EvidenceItem
            {
                Type = "principal",
                Id = person.PrincipalId,
                At = known.Access.At,
                Query = "people with a confirmed second factor, now",
                Text = string.Create(CultureInfo.InvariantCulture, $"one of {known.Access.Principals.Count(static one => one.Kind == "person")} people whom grants reach"),
            })),
        ["audit_entries"] = static known => Found(known.Trail.Entries, known.Trail.Acts.SelectMany(static acts => acts.Newest).OrderByDescending(static act => act.Seq).Select(static act => Entry(act, "audit entries of the period", isPlatform: false))),
        ["audit_verified"] = static known => One(known.Verdict is { Valid: true, Entries: > 0 }, known, "verification", string.Create(CultureInfo.InvariantCulture, $"workspace {known.Verdict.Workspace}"), "the whole chain computed anew",
            string.Create(CultureInfo.InvariantCulture, $"{known.Verdict.Entries} entries, up to place {known.Verdict.LastSeq}, held against {known.Verdict.Checkpoints} signed checkpoints."), known.Verdict.Head),
        ["audit_checkpoints"] = static known => Found(known.Checkpoints.Count, known.Checkpoints.Select(static one => new EvidenceItem
        {
            Type = "checkpoint",
            Id = string.Create(CultureInfo.InvariantCulture, $"size {one.Size}"),
            At = one.At,
            Sha256 = one.Head,
            Query = "signed checkpoints, newest first",
            Link = "/api/v1/audit/checkpoints",
            Text = $"key {one.KeyId}",
        })),
        ["audit_keys"] = static known => Found(known.Keys.Count, known.Keys.Select(static key => new EvidenceItem
        {
            Type = "signing key",
            Id = key.KeyId,
            At = key.NotBefore,
            Query = "public keys of the trail",
            Link = "/api/v1/audit/keys",
            Text = $"good until {Date(key.NotAfter)}",
        })),
        ["audit_retention"] = static known => One(known.AuditRetention >= SixYears, known, "setting", "Orrery:Audit:Retention", "how long entries are kept, now",
            string.Create(CultureInfo.InvariantCulture, $"{known.AuditRetention.TotalDays:0} days.")),
        ["oldest_entry"] = static known => One(known.Trail.OldestAt is not null, known, "audit entry", "oldest", "the oldest entry that is kept", known.Trail.OldestAt is { } at ? $"Sealed {Date(at)}." : null),
        ["named_entries"] = static known => One(known is { Trail: { Entries: > 0, Nameless: 0 }, Access.IsIdentityOn: true }, known, "check", "nameless entries", "entries of the period that name neither a principal nor the platform",
            string.Create(CultureInfo.InvariantCulture, $"{known.Trail.Actors} different ones acted in {known.Trail.Entries} entries.")),
        ["package_hashes"] = static known => Found(known.Models.Sum(static model => model.Hashed), known.Hashed.Select(static package => new EvidenceItem
        {
            Type = "package",
            Id = string.Create(CultureInfo.InvariantCulture, $"{package.Model}/{package.Version}"),
            At = package.ReadAt,
            Sha256 = package.Sha256,
            Query = "versions whose files were hashed, now",
            Link = string.Create(CultureInfo.InvariantCulture, $"/api/v1/models/{Uri.EscapeDataString(package.Model)}/versions/{package.Version}/package"),
        })),
        ["models"] = static known => Found(known.Models.Count, known.Models.OrderByDescending(static model => model.NewestAt ?? model.CreatedAt).Select(static model => new EvidenceItem
        {
            Type = "model",
            Id = model.Name,
            At = model.NewestAt ?? model.CreatedAt,
            Query = "registered models, now",
            Text = string.Create(CultureInfo.InvariantCulture, $"{model.Versions} versions"),
        })),
        ["quality_checks"] = static known => Found(known.Quality.Outcomes.Values.Sum(), known.Quality.Newest.Select(check => new EvidenceItem
        {
            Type = "quality check",
            Id = check.Id,
            At = check.At,
            Query = "checks of quality in the period",
            Link = $"/api/v1/features/projects/{Uri.EscapeDataString(check.Project)}/quality/{check.Id}",
            Text = $"{check.Project}/{check.Source}: {check.Outcome}",
        })),
        ["incidents"] = static known => Of(known.Incidents),
        ["automatic_incidents"] = static known => Of(known.Incidents.Where(static one => one.Kind is "automatic_rollback" or "violation" or "drift")),
        ["restored_incidents"] = static known => Of(known.Incidents.Where(static one => one.SecondsToRestore is not null)),
        ["reviewed_incidents"] = static known => Of(known.Incidents.Where(static one => one.State == IncidentRules.Reviewed)),
        ["breaches"] = static known => Of(known.Incidents.Where(static one => one.PersonalDataBreach)),
        ["exceptions"] = static known => Of(known.Exceptions),
        ["exceptions_separated"] = static known => Of(known.Exceptions.Where(static one => one.DecidedBy is not null && one.DecidedBy != one.RequestedBy)),
        ["subject_requests"] = static known => Of(known.Requests),
        ["human_reviews"] = static known => Of(known.Requests.Where(static one => one.ReviewOutcome is not null)),
    };

    private static readonly string[] Own = ["evaluations", "explanations", "scans", "cards", "privacy_scans", "opt_outs", "erasures", "reports"];

    /// <summary>Facts that the platform reads by itself; those with a dot come from other parts.</summary>
    public static IEnumerable<string> Names => Known.Keys.Concat(Own);

    /// <summary>Whether another part must contribute it.</summary>
    public static bool IsContributed(string fact) => fact.Contains('.', StringComparison.Ordinal);

    /// <summary>What is found of a fact.</summary>
    public static FoundEvidence Of(EvidenceRecords known, string fact) =>
        Known.TryGetValue(fact, out var compute) ? compute(known) : (IsContributed(fact) ? known.Contributed : known.Own).GetValueOrDefault(fact, FoundEvidence.None);

    /// <summary>What is found of acts in the trail, the workspace's before the platform's.</summary>
    public static FoundEvidence Acts(EvidenceRecords known, IReadOnlyList<string> actions)
    {
        var here = known.Trail.Acts.Where(acts => actions.Contains(acts.Action)).ToList();
        var platform = known.PlatformTrail.Acts.Where(acts => actions.Contains(acts.Action)).ToList();
        return new(
            here.Sum(static acts => acts.Count) + platform.Sum(static acts => acts.Count),
            [
                .. here.SelectMany(static acts => acts.Newest).OrderByDescending(static act => act.Seq).Select(static act => Entry(act, $"audit entries of the period, action {act.Action}", isPlatform: false))
                    .Concat(platform.SelectMany(static acts => acts.Newest).OrderByDescending(static act => act.Seq).Select(static act => Entry(act, $"audit entries of the platform in the period, action {act.Action}", isPlatform: true)))
                    .Take(EvidenceReading.Newest),
            ]);
    }

    // Whom entries of the platform are about is not for one workspace to read.
    private static EvidenceItem Entry(Audit.AuditAct act, string query, bool isPlatform) => new()
    {
        Type = isPlatform ? "audit entry of the platform" : "audit entry",
        Id = act.EntryId,
        At = act.SealedAt,
        Sha256 = act.Hash,
        Query = query,
        Link = isPlatform ? null : "/api/v1/audit/entries/" + act.EntryId,
        Text = isPlatform ? act.Action : $"{act.Action} {act.ObjectId}",
    };

    private static FoundEvidence Of(IEnumerable<Incident> incidents)
    {
        var all = incidents.ToList();
        return Found(all.Count, all.Select(static one => new EvidenceItem
        {
            Type = "incident",
            Id = one.Id,
            At = one.OpenedAt,
            Sha256 = HashOf(RegisterText.Write(one)),
            Query = "incidents opened in the period, and those from before that had not ended",
            Link = "/api/v1/incidents/" + one.Id,
            Text = $"{one.Severity}, {one.State}: {one.Title}",
        }));
    }

    private static FoundEvidence Of(IEnumerable<PolicyExceptionEntry> exceptions)
    {
        var all = exceptions.ToList();
        return Found(all.Count, all.Select(static one => new EvidenceItem
        {
            Type = "exception",
            Id = one.Id,
            At = one.RequestedAt,
            Sha256 = HashOf(RegisterText.Write(one)),
            Query = "exceptions that could hold in the period",
            Link = "/api/v1/exceptions/" + one.Id,
            Text = $"{one.Control}: {one.State}",
        }));
    }

    private static FoundEvidence Of(IEnumerable<SubjectRequest> requests)
    {
        var all = requests.ToList();
        return Found(all.Count, all.Select(static one => new EvidenceItem
        {
            Type = "subject request",
            Id = one.Id,
            At = one.ReceivedAt,
            Sha256 = HashOf(RegisterText.Write(one)),
            Query = "requests that came in the period, and those from before that were not answered",
            Link = "/api/v1/subject-requests/" + one.Id,
            Text = $"{one.Type}: {one.State}{(one.IsOverdue ? ", overdue" : "")}",
        }));
    }

    private static FoundEvidence Found(long count, IEnumerable<EvidenceItem> items) => new(count, [.. items.Take(EvidenceReading.Newest)]);

    private static FoundEvidence One(bool holds, EvidenceRecords known, string type, string id, string query, string? text, string? sha256 = null) =>
        holds ? new(1, [new() { Type = type, Id = id, At = known.Access.At, Sha256 = sha256 ?? HashOf(id, text), Query = query, Text = text }]) : FoundEvidence.None;

    private static string HashOf(params string?[] parts) => ComplianceSeal.Hash(Encoding.UTF8.GetBytes(string.Join('\n', parts)));

    private static string Date(long at) => DateTimeOffset.FromUnixTimeMilliseconds(at).UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
