using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary>A run or logged model that is being copied, invisible until it is complete.</summary>
internal interface ICopySlot
{
    /// <summary>Files that an earlier copy left here, with their lengths.</summary>
    Task<IReadOnlyDictionary<string, long>> FindFilesAsync(CancellationToken cancel);

    /// <summary>Removes a file that an earlier copy left and the source no longer has.</summary>
    Task RemoveFileAsync(string path, CancellationToken cancel);

    /// <summary>Where a file should be fetched to; null for anywhere.</summary>
    string? PlaceFor(string path);

    /// <summary>Takes a file; true when the target confirmed its hash.</summary>
    Task<bool> FileAsync(string path, LocalFile file, CancellationToken cancel);

    /// <summary>Takes metric points, at most 25,000.</summary>
    Task MetricsAsync(IReadOnlyList<Metric> points, CancellationToken cancel);

    /// <summary>Verifies the counts and makes it visible.</summary>
    Task CompleteAsync(ImportCounts expected, CancellationToken cancel);
}
