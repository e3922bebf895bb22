using Orrery.Contracts;
using Orrery.Kernel;

namespace Orrery.Serving;

/// <summary>A row of <c>srv_batch</c>.</summary>
internal sealed record BatchRow
{
    public required WorkspaceId Workspace { get; init; }

    public required string Id { get; init; }

    public required string State { get; init; }

    public required BatchPredictionSpec Spec { get; init; }

    public required string Model { get; init; }

    public required string Version { get; init; }

    /// <summary>Of the model's package when it was asked for.</summary>
    public required string ModelSha256 { get; init; }

    public string? Key { get; init; }

    public required string BodyHash { get; init; }

    /// <summary>The job that plans it.</summary>
    public required string JobId { get; init; }

    /// <summary>Null until it is planned.</summary>
    public BatchPlan? Plan { get; init; }

    public string? ErrorCode { get; init; }

    public string? Error { get; init; }

    public long Partitions { get; init; }

    public long PartitionsDone { get; init; }

    public long PartitionsFailed { get; init; }

    public long Rows { get; init; }

    public long RowsDone { get; init; }

    public long RowsRefused { get; init; }

    /// <summary>Of <see cref="RowsRefused"/>, those whose subjects have opted out.</summary>
    public long RowsLeftOut { get; init; }

    /// <summary>Of <see cref="RowsRefused"/>, those that count against <see cref="MostRefused"/>.</summary>
    public long RowsFaulty => RowsRefused - RowsLeftOut;

    public long OutputBytes { get; init; }

    public required string CreatedBy { get; init; }

    public required long CreatedAt { get; init; }

    public long? StartedAt { get; init; }

    public long? FinishedAt { get; init; }

    public long? ExpiresAt { get; init; }

    /// <summary>Rows that may be set aside.</summary>
    public long MostRefused => Spec.OnError == BatchRules.Skip ? Spec.MaxRefused ?? BatchRules.DefaultRefused : 0;
}
