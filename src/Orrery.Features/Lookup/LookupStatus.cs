namespace Orrery.Features;

/// <summary>What became of one value that was looked up.</summary>
public enum LookupStatus
{
    /// <summary>It is there.</summary>
    Present,

    /// <summary>The entity has a row, and no value in it.</summary>
    Null,

    /// <summary>The entity has no row.</summary>
    NotFound,

    /// <summary>The entity's row is older than the ttl.</summary>
    Expired,
}
