namespace Orrery.Tracking;

/// <summary>Options of Tracking. Section <c>Orrery:Tracking</c>.</summary>
public sealed class TrackingOptions
{
    /// <summary>Memory for runs kept as they go over the wire, in bytes, 0 to 16 GiB. Default 64 MiB.</summary>
    public long RunCacheBytes { get; set; } = 64L << 20;

    /// <summary>Everything that is wrong with these options.</summary>
    public IEnumerable<string> Problems()
    {
        if (RunCacheBytes is < 0 or > 16L << 30)
            yield return "Orrery:Tracking:RunCacheBytes is outside 0..17179869184.";
    }
}
