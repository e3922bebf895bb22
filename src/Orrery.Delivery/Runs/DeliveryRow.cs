using Orrery.Contracts;
using Orrery.Kernel;

namespace Orrery.Delivery;

/// <summary>A delivery as it is kept.</summary>
internal sealed record DeliveryRow
{
    public required string Id { get; init; }

    /// <summary>What was asked for, its environment by its own name and its deployment named.</summary>
    public required StartDelivery Spec { get; init; }

    public required DeliveryPlan Plan { get; init; }

    /// <summary>Of <see cref="DeliveryStates"/>.</summary>
    public required string State { get; init; }

    /// <summary>Of <see cref="StageNames"/>.</summary>
    public required string Stage { get; init; }

    public string? Message { get; init; }

    /// <summary>Who asked to stop it; null for nobody.</summary>
    public string? CancelBy { get; init; }

    /// <summary>The one job that may go on with it.</summary>
    public required string JobId { get; init; }

    public string? RequestKey { get; init; }

    public required string RequestedBy { get; init; }

    /// <summary>Id of who asked; null on a server without people.</summary>
    public string? PrincipalId => Plan.PrincipalId;

    public required long RequestedAt { get; init; }

    public long? StartedAt { get; init; }

    public long? EndedAt { get; init; }

    public long? DeployedAt { get; init; }

    public long? RolledBackAt { get; init; }

    public long? WatchUntil { get; init; }

    public bool IsOpen => DeliveryStates.IsOpen(State);

    public string Environment => Spec.Environment;

    public string Name => Spec.Name!;

    /// <summary>Who asked for it: all that is done for it is done in their name.</summary>
    public Actor Asker(Actor told) => new(told.Workspace, told.WorkspaceName, RequestedBy) { Origin = Origin.Job(PrincipalId) };
}

/// <summary>What is known of a delivery by now; kept as JSON.</summary>
internal sealed record DeliveryPlan
{
    /// <summary>SHA-256 of the version's files.</summary>
    public string ModelSha256 { get; init; } = "";

    /// <summary>When the version was registered, Unix milliseconds.</summary>
    public long VersionAt { get; init; }

    public string? TargetKind { get; init; }

    /// <summary>Id of who asked.</summary>
    public string? PrincipalId { get; init; }

    /// <summary>Who had it go on after it had failed or was stopped: they asked for it as well.</summary>
    public IReadOnlyList<FurtherAsker> Also { get => field ?? []; init; }

    public string? ApprovalId { get; init; }

    public string? BuiltSha256 { get; init; }

    public string? Revision { get; init; }

    public string? Previous { get; init; }

    public string? Link { get; init; }

    public double? Percent { get; init; }

    /// <summary>Canary step that stands, from 0; null before the first and after the last.</summary>
    public int? Step { get; init; }

    /// <summary>When it began, Unix milliseconds.</summary>
    public long? StepAt { get; init; }

    /// <summary>When the target was asked to deploy first, Unix milliseconds.</summary>
    public long? OrderedAt { get; init; }

    /// <summary>p95 of the hour before the deployment, milliseconds; null where too little was asked.</summary>
    public double? BaselineP95Ms { get; init; }

    /// <summary>When its entry in the audit trail was written, Unix milliseconds.</summary>
    public long? AuditedAt { get; init; }

    public string? IncidentId { get; init; }

    /// <summary>When what it was taken back for began, Unix milliseconds.</summary>
    public long? FailedAt { get; init; }
}

/// <summary>Somebody who asked for a delivery besides the one who began it.</summary>
/// <param name="Name">Their name.</param>
/// <param name="PrincipalId">Their id; null on a server without people.</param>
internal sealed record FurtherAsker(string Name, string? PrincipalId);

/// <summary>A stage as it is kept.</summary>
internal sealed record StageRow(int Number, string Name, string State, long? StartedAt, long? EndedAt, string? Message, string? Sha256, long Tries)
{
    /// <summary>Whether the delivery goes on behind it.</summary>
    public bool IsPassed => State is "passed" or "skipped";
}

/// <summary>Where deliveries stand.</summary>
internal static class DeliveryStates
{
    public const string Queued = "queued";
    public const string Running = "running";
    public const string Waiting = "waiting";
    public const string Succeeded = "succeeded";
    public const string Failed = "failed";
    public const string Rejected = "rejected";
    public const string Cancelled = "cancelled";
    public const string RolledBack = "rolled_back";

    public static readonly IReadOnlyList<string> All = [Queued, Running, Waiting, Succeeded, Failed, Rejected, Cancelled, RolledBack];

    public static bool IsOpen(string state) => state is Queued or Running or Waiting;
}

/// <summary>The nine stages, in their order.</summary>
internal static class StageNames
{
    public const string Validate = "validate";
    public const string Security = "security";
    public const string Test = "test";
    public const string Approval = "approval";
    public const string Build = "build";
    public const string Deploy = "deploy";
    public const string SmokeTest = "smoke_test";
    public const string Audit = "audit";
    public const string Notify = "notify";

    public static readonly IReadOnlyList<string> All = [Validate, Security, Test, Approval, Build, Deploy, SmokeTest, Audit, Notify];
}
