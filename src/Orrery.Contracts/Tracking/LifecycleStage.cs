using System.Text.Json.Serialization;

namespace Orrery.Contracts;

/// <summary>Whether an experiment or run is in use or in the bin.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LifecycleStage>))]
public enum LifecycleStage
{
    /// <summary>In use.</summary>
    [JsonStringEnumMemberName("active")]
    Active,

    /// <summary>In the bin: readable and restorable, until <c>gc</c> removes it.</summary>
    [JsonStringEnumMemberName("deleted")]
    Deleted,
}
