namespace Orrery.Tenancy;

/// <summary>What quotas are of.</summary>
public static class QuotaKinds
{
    /// <summary>Bytes of artifacts.</summary>
    public const string StorageBytes = "storage-bytes";

    /// <summary>Runs started per day, UTC.</summary>
    public const string RunsPerDay = "runs-per-day";

    /// <summary>Requests each server takes per second. Has a hard limit only.</summary>
    public const string RequestsPerSecond = "requests-per-second";

    /// <summary>Pipeline steps at once.</summary>
    public const string PipelineSteps = "pipeline-steps";

    /// <summary>Processor cores at once.</summary>
    public const string CpuCores = "cpu-cores";

    /// <summary>Bytes of memory at once.</summary>
    public const string MemoryBytes = "memory-bytes";

    /// <summary>GPUs at once.</summary>
    public const string Gpus = "gpus";

    /// <summary>Deployments at once.</summary>
    public const string Deployments = "deployments";

    /// <summary>Replicas of deployments at once.</summary>
    public const string Replicas = "replicas";

    internal static IReadOnlyList<string> All { get; } =
        [StorageBytes, RunsPerDay, RequestsPerSecond, PipelineSteps, CpuCores, MemoryBytes, Gpus, Deployments, Replicas];

    /// <summary>Held for a while by what reserves them.</summary>
    internal static bool IsReserved(string kind) => kind is PipelineSteps or CpuCores or MemoryBytes or Gpus or Deployments or Replicas;
}
