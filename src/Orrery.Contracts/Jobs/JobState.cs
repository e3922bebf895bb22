using System.Text.Json.Serialization;

namespace Orrery.Contracts;

/// <summary>Where a job stands. The last three are final.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<JobState>))]
public enum JobState
{
    /// <summary>Waiting for a worker, or for its next try.</summary>
    [JsonStringEnumMemberName("queued")]
    Queued,

    /// <summary>A worker holds its lease.</summary>
    [JsonStringEnumMemberName("running")]
    Running,

    /// <summary>Done; its result is there.</summary>
    [JsonStringEnumMemberName("succeeded")]
    Succeeded,

    /// <summary>Given up; its error says why.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,

    /// <summary>Ended by someone.</summary>
    [JsonStringEnumMemberName("cancelled")]
    Cancelled,
}
