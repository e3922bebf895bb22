using System.Text.Json.Serialization;

namespace Orrery.Contracts;

/// <summary>How far the import of a run or logged model got.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ImportState>))]
public enum ImportState
{
    /// <summary>Not here.</summary>
    [JsonStringEnumMemberName("absent")]
    Absent,

    /// <summary>Begun and not complete: invisible to everything but the import API.</summary>
    [JsonStringEnumMemberName("open")]
    Open,

    /// <summary>Verified and visible.</summary>
    [JsonStringEnumMemberName("complete")]
    Complete,

    /// <summary>The id is in use by something that did not come from this source.</summary>
    [JsonStringEnumMemberName("taken")]
    Taken,
}
