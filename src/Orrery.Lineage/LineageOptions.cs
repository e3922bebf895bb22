namespace Orrery.Lineage;

/// <summary>Settings of lineage. Section <c>Orrery:Lineage</c>.</summary>
public sealed class LineageOptions
{
    /// <summary>Where our own lineage is sent.</summary>
    public OpenLineageOptions OpenLineage { get; set; } = new();

    /// <summary>Everything that is wrong with these options.</summary>
    public IEnumerable<string> Problems() => OpenLineage.Problems();
}
