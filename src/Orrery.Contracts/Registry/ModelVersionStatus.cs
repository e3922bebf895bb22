using System.Text.Json.Serialization;

namespace Orrery.Contracts;

/// <summary>Whether a version can be used.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ModelVersionStatus>))]
public enum ModelVersionStatus
{
    /// <summary>Its files are being copied.</summary>
    [JsonStringEnumMemberName("PENDING_REGISTRATION")]
    PendingRegistration = 1,

    /// <summary>Its files could not be copied.</summary>
    [JsonStringEnumMemberName("FAILED_REGISTRATION")]
    FailedRegistration = 2,

    /// <summary>It can be used.</summary>
    [JsonStringEnumMemberName("READY")]
    Ready = 3,
}
