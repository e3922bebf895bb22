namespace Orrery.Features;

/// <summary>A finished training set, as runs name it.</summary>
/// <param name="Id">Of the set.</param>
/// <param name="Project">It is of.</param>
/// <param name="Name">Name of the data set that a run logs.</param>
/// <param name="Digest">Digest of the data set that a run logs: the first half of the content hash.</param>
public sealed record TrainingData(string Id, string Project, string Name, string Digest)
{
    /// <summary>What <c>source_type</c> of a run's data set says of one.</summary>
    public const string SourceType = "orrery_training_set";

    /// <summary>How many rows it has.</summary>
    public long? Rows { get; init; }

    /// <summary>When it was made, Unix milliseconds.</summary>
    public long CreatedAt { get; init; }

    internal static string DigestOf(string contentHash) => contentHash[..32];
}
