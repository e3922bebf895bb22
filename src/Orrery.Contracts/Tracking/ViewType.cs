using System.Text.Json.Serialization;

namespace Orrery.Contracts;

/// <summary>Which lifecycle stages a search returns.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ViewType>))]
public enum ViewType
{
    /// <summary>What is in use; the default of every search.</summary>
    [JsonStringEnumMemberName("ACTIVE_ONLY")]
    ActiveOnly = 1,

    /// <summary>What is in the bin.</summary>
    [JsonStringEnumMemberName("DELETED_ONLY")]
    DeletedOnly = 2,

    /// <summary>Both.</summary>
    [JsonStringEnumMemberName("ALL")]
    All = 3,
}
