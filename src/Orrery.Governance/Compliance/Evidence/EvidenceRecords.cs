using Orrery.Audit;
using Orrery.Contracts;
using Orrery.Features;
using Orrery.Registry;

namespace Orrery.Governance;

/// <summary>All that a report is made of, read once: the collectors of rows look at it and ask nothing more.</summary>
internal sealed record EvidenceRecords
{
    public required long Since { get; init; }

    public required long Until { get; init; }

    /// <summary>The workspace's trail.</summary>
    public required AuditPeriod Trail { get; init; }

    /// <summary>The platform's trail: sign-ins, accounts, second factors.</summary>
    public required AuditPeriod PlatformTrail { get; init; }

    public required AuditVerdict Verdict { get; init; }

    public required IReadOnlyList<AuditCheckpoint> Checkpoints { get; init; }

    public required IReadOnlyList<AuditKey> Keys { get; init; }

    public required TimeSpan AuditRetention { get; init; }

    public required AccessReview Access { get; init; }

    public required IReadOnlyList<ModelCount> Models { get; init; }

    public required IReadOnlyList<HashedPackage> Hashed { get; init; }

    public required IReadOnlyList<InventoryEntry> Deployed { get; init; }

    public required QualityPeriod Quality { get; init; }

    /// <summary>From governance's own tables, by fact.</summary>
    public required IReadOnlyDictionary<string, FoundEvidence> Own { get; init; }

    public required IReadOnlyList<Incident> Incidents { get; init; }

    public required IReadOnlyList<PolicyExceptionEntry> Exceptions { get; init; }

    public required IReadOnlyList<SubjectRequest> Requests { get; init; }

    /// <summary>Last changes of deployments, stages and aliases.</summary>
    public required IReadOnlyList<AuditAct> Changes { get; init; }

    /// <summary>From other parts, by fact.</summary>
    public required IReadOnlyDictionary<string, FoundEvidence> Contributed { get; init; }

    public required IReadOnlyDictionary<string, string> Tiers { get; init; }

    public required IReadOnlyDictionary<string, string> Approvals { get; init; }

    public required IReadOnlyList<ReportedChange> FurtherChanges { get; init; }

    /// <summary>What was left out because there was too much of it.</summary>
    public IReadOnlyList<string> LeftOut { get; init; } = [];
}
