namespace Orrery.Features;

/// <summary>What of each source is to be read, where that is not what it has now.</summary>
internal sealed class SourcePins
{
    /// <summary>Files by the source's name.</summary>
    public Dictionary<string, List<LocalFile>> Files { get; } = new(StringComparer.Ordinal);

    /// <summary>Last sequence of pushed rows by the source's name.</summary>
    public Dictionary<string, long> Sequences { get; } = new(StringComparer.Ordinal);
}
