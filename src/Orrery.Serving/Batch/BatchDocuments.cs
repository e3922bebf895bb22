using System.Text.Json.Serialization;
using Orrery.Contracts;

namespace Orrery.Serving;

/// <summary>Batch predictions as they are told.</summary>
internal static class BatchDocuments
{
    public static BatchPrediction Of(BatchRow row, long now) => new()
    {
        Id = row.Id,
        State = row.State,
        Spec = row.Spec,
        Model = row.Model,
        Version = row.Version,
        ErrorCode = row.ErrorCode,
        Error = row.Error,
        Progress = Progress(row, now),
        CreatedBy = row.CreatedBy,
        CreatedAt = row.CreatedAt,
        StartedAt = row.StartedAt,
        FinishedAt = row.FinishedAt,
        ExpiresAt = row.ExpiresAt,
    };

    public static BatchPartition Of(PartitionRow row) => new()
    {
        Number = row.Number,
        State = row.State,
        FirstRow = row.FirstRow,
        Rows = row.Rows,
        RowsRefused = row.Refused?.Rows ?? 0,
        Attempts = row.Attempts,
        ErrorCode = row.ErrorCode,
        Error = row.Error,
        StartedAt = row.StartedAt,
        FinishedAt = row.FinishedAt,
    };

    /// <summary>The files that a partition wrote.</summary>
    public static IEnumerable<BatchFile> Files(PartitionRow row)
    {
        if (row.Output is { } output)
            yield return Of(output, refused: false, row.Number);
        if (row.Refused is { } refused)
            yield return Of(refused, refused: true, row.Number);
    }

    private static BatchFile Of(PartitionFile file, bool refused, long partition) => new()
    {
        Name = BatchPlaces.FileName(refused, partition, Path.GetExtension(file.Key)),
        Kind = refused ? "refused" : "predictions",
        Rows = file.Rows,
        Size = file.Size,
        Sha256 = file.Sha256,
    };

    private static BatchProgress Progress(BatchRow row, long now)
    {
        var elapsed = ((row.FinishedAt ?? now) - row.StartedAt) / 1000.0;
        var rate = row.RowsDone > 0 && elapsed > 0 ? row.RowsDone / elapsed : null;
        return new()
        {
            Partitions = row.Partitions,
            PartitionsDone = row.PartitionsDone,
            PartitionsFailed = row.PartitionsFailed,
            Rows = row.Rows,
            RowsDone = row.RowsDone,
            RowsRefused = row.RowsRefused,
            RowsLeftOut = row.RowsLeftOut,
            RowsPerSecond = rate is { } measured ? Math.Round(measured, 1) : null,
            EstimatedEndAt = rate is { } steady && row.State == BatchStates.Running ? now + (long)((row.Rows - row.RowsDone) / steady * 1000) : null,
            OutputBytes = row.OutputBytes,
        };
    }
}

[JsonSerializable(typeof(SortedDictionary<string, string>))]
internal sealed partial class AuditJson : JsonSerializerContext;
