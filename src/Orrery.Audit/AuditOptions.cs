namespace Orrery.Audit;

/// <summary>The audit trail. Section <c>Orrery:Audit</c>.</summary>
public sealed class AuditOptions
{
    /// <summary>The shortest time that entries may be kept for, whatever <see cref="Retention"/> says: a year.</summary>
    public static readonly TimeSpan LeastRetention = TimeSpan.FromDays(365);

    /// <summary>How long entries are kept, 365 days at least. Default 7 years (2557 days).</summary>
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(2557);

    /// <summary>How often waiting entries are put into their chains, 50 ms to 10 s. Default 250 ms.</summary>
    public TimeSpan SealEvery { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How often a checkpoint is signed of a chain that grew, 1 s to 1 day. Default 1 min.</summary>
    public TimeSpan CheckpointEvery { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a key signs, 1 to 3650 days. Default 90 days.</summary>
    public TimeSpan KeyLifetime { get; set; } = TimeSpan.FromDays(90);

    /// <summary>File that every checkpoint is appended to, a line each; best on a disk that the server's administrators cannot write. Null: none.</summary>
    public string? AnchorPath { get; set; }

    /// <summary>Address that every checkpoint is sent to by POST. Null: none.</summary>
    public string? AnchorUrl { get; set; }

    /// <summary>A second blob store that every checkpoint is written to: <c>s3://bucket/prefix</c>, best with Object Lock by default. Section <c>Orrery:Audit:AnchorBlobs</c>; off without a location.</summary>
    public Storage.BlobsOptions AnchorBlobs { get; set; } = new();

    /// <summary>What is wrong with the options.</summary>
    public IEnumerable<string> Problems()
    {
        if (Retention < LeastRetention)
            yield return $"Orrery:Audit:Retention is {Retention}; it must be {LeastRetention.TotalDays} days at least.";
        if (SealEvery < TimeSpan.FromMilliseconds(50) || SealEvery > TimeSpan.FromSeconds(10))
            yield return $"Orrery:Audit:SealEvery is {SealEvery}; it must be 50 ms to 10 s.";
        if (CheckpointEvery < TimeSpan.FromSeconds(1) || CheckpointEvery > TimeSpan.FromDays(1))
            yield return $"Orrery:Audit:CheckpointEvery is {CheckpointEvery}; it must be 1 s to 1 day.";
        if (KeyLifetime < TimeSpan.FromDays(1) || KeyLifetime > TimeSpan.FromDays(3650))
            yield return $"Orrery:Audit:KeyLifetime is {KeyLifetime}; it must be 1 to 3650 days.";
        if (AnchorUrl is not null && !(Uri.TryCreate(AnchorUrl, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"))
            yield return $"Orrery:Audit:AnchorUrl is '{AnchorUrl}', which is not an http or https address.";
        foreach (var problem in AnchorBlobs.Problems())
            yield return problem.Replace("Orrery:Blobs", "Orrery:Audit:AnchorBlobs", StringComparison.Ordinal);
    }
}
