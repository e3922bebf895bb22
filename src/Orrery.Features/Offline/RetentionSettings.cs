namespace Orrery.Features;

/// <summary>How long the feature store keeps what nothing names any more.</summary>
public sealed class RetentionSettings
{
    /// <summary>Results of historical requests that ran as jobs, and entity rows that no job came for; at least an hour. Default 7 days.</summary>
    public TimeSpan Historical { get; set; } = TimeSpan.FromDays(7);

    /// <summary>
    /// Training sets whose project was deleted, from when they were made; at least an hour. Those that a run names stay. Default 30 days.
    /// </summary>
    public TimeSpan TrainingSets { get; set; } = TimeSpan.FromDays(30);
}
