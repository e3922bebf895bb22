using Orrery.Features;
using Orrery.Kernel;

namespace Orrery.Serving;

/// <summary>What is needed to predict the rows of a partition.</summary>
/// <param name="Batch">The batch prediction.</param>
/// <param name="Plan">Its plan.</param>
/// <param name="Partition">The partition.</param>
/// <param name="Ranges">Where its rows are, in their order.</param>
/// <param name="Model">That predicts.</param>
/// <param name="Folder">Of this server's disk, for its files.</param>
internal sealed record PartitionWork(BatchRow Batch, BatchPlan Plan, PartitionRow Partition, IReadOnlyList<RowRange> Ranges, ServedModel Model, string Folder)
{
    /// <summary>Who has opted out of predictions; null when nobody has.</summary>
    public SubjectIndex? OptedOut { get; init; }

    /// <summary>Path of the file of predictions.</summary>
    public string OutputPath => Path.Combine(Folder, "predictions");

    /// <summary>Path of the file of refused rows.</summary>
    public string RefusedPath => Path.Combine(Folder, "refused");

    public bool IsCsv => Batch.Spec.Output.Format == BatchRules.Csv;

    /// <summary>Refused rows that this partition may still have.</summary>
    public long MostRefused => Batch.MostRefused - Batch.RowsFaulty;
}

/// <summary>What a partition came to.</summary>
/// <param name="Predicted">Rows in the file of predictions.</param>
/// <param name="Refused">Rows in the file of refused ones.</param>
/// <param name="LeftOut">Of these, rows whose subjects have opted out.</param>
internal readonly record struct PartitionOutcome(long Predicted, long Refused, long LeftOut);

/// <summary>Ends a partition with a refusal.</summary>
internal sealed class PartitionRefusedException(Failure failure) : Exception(failure.Message)
{
    public Failure Failure => failure;
}
