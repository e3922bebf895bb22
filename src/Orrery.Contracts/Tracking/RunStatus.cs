using System.Text.Json.Serialization;

namespace Orrery.Contracts;

/// <summary>Where a run stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RunStatus>))]
public enum RunStatus
{
    /// <summary>In progress; the status of a new run.</summary>
    [JsonStringEnumMemberName("RUNNING")]
    Running = 1,

    /// <summary>Waiting to start.</summary>
    [JsonStringEnumMemberName("SCHEDULED")]
    Scheduled = 2,

    /// <summary>Ended well.</summary>
    [JsonStringEnumMemberName("FINISHED")]
    Finished = 3,

    /// <summary>Ended with an error.</summary>
    [JsonStringEnumMemberName("FAILED")]
    Failed = 4,

    /// <summary>Ended by someone.</summary>
    [JsonStringEnumMemberName("KILLED")]
    Killed = 5,
}
