namespace Orrery.Tracking;

/// <summary>Options of Tracking. Section <c>Orrery:Tracking</c>.</summary>
public sealed class TrackingOptions
{
    /// <summary>Memory for runs kept as they go over the wire, in bytes, 0 to 16 GiB. Default 64 MiB.</summary>
    public long RunCacheBytes { get; set; } = 64L << 20;

    /// <summary>
    /// Artifacts up to this many bytes are kept in the database instead of the blob store, 0 to 1 MiB. Default 64 KiB; 0 when
    /// blobs are in a bucket, where people look for all of them.
    /// </summary>
    public int? InlineArtifactBytes { get; set; }

    /// <summary>
    /// How long deleted runs, experiments and logged models stay restorable before they are removed for good, an hour or longer.
    /// Looked at once a day; what a registered version reaches stays. Default: they stay until somebody collects garbage.
    /// </summary>
    public TimeSpan? Retention { get; set; }

    /// <summary>Everything that is wrong with these options.</summary>
    public IEnumerable<string> Problems()
    {
        if (InlineArtifactBytes is < 0 or > 1 << 20)
            yield return "Orrery:Tracking:InlineArtifactBytes is outside 0..1048576.";
        if (RunCacheBytes is < 0 or > 16L << 30)
            yield return "Orrery:Tracking:RunCacheBytes is outside 0..17179869184.";
        if (Retention < TimeSpan.FromHours(1))
            yield return $"Orrery:Tracking:Retention is {Retention}; it must be an hour or longer, for instance 30d.";
    }
}
