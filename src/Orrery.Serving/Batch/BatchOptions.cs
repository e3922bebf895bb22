namespace Orrery.Serving;

/// <summary>Batch predictions: section <c>Orrery:Serving:Batch</c>.</summary>
public sealed class BatchOptions
{
    /// <summary>Partitions that this server works on at once, 0 to 256; 0 leaves them to other servers. Each takes a core. Default 2.</summary>
    public int Concurrency { get; set; } = 2;

    /// <summary>Memory of the engine that reads and writes the rows of one partition, MiB, 64 to 65,536; what does not fit goes to disk. Default 256.</summary>
    public int MemoryMb { get; set; } = 256;

    /// <summary>How much the threads of batch predictions give way to others, 0 (not at all) to 19, as <c>nice</c> has it; on Linux. Default 10.</summary>
    public int Nice { get; set; } = 10;

    /// <summary>Days from its end until a batch prediction is deleted with its output, where it says nothing itself, 1 to 3,650. Default 30.</summary>
    public int RetentionDays { get; set; } = 30;

    /// <summary>All that is wrong with them.</summary>
    public IEnumerable<string> Problems()
    {
        if (Concurrency is < 0 or > 256)
            yield return "Batch:Concurrency must be 0 to 256.";
        if (MemoryMb is < 64 or > 65_536)
            yield return "Batch:MemoryMb must be 64 to 65,536.";
        if (Nice is < 0 or > 19)
            yield return "Batch:Nice must be 0 to 19.";
        if (RetentionDays is < 1 or > 3650)
            yield return "Batch:RetentionDays must be 1 to 3,650.";
    }
}
