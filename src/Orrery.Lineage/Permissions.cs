namespace Orrery.Lineage;

/// <summary>What endpoints here ask of their callers.</summary>
internal static class Permissions
{
    public const string Read = "lineage.read";
    public const string Write = "lineage.write";
}
