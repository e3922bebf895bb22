namespace Orrery.Storage;

/// <summary>Where a job stands. The last three are final.</summary>
public enum JobState
{
    /// <summary>Waits for its time, a free worker or its next attempt.</summary>
    Queued,

    /// <summary>A server holds its lease.</summary>
    Running,

    /// <summary>Its handler finished it.</summary>
    Succeeded,

    /// <summary>Its handler refused it, or its attempts are used up.</summary>
    Failed,

    /// <summary>It was stopped on request.</summary>
    Cancelled,
}
