using System.Text.Json.Serialization;

namespace Orrery.Contracts;

/// <summary>Whether a logged model's files are complete.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LoggedModelStatus>))]
public enum LoggedModelStatus
{
    /// <summary>Not said.</summary>
    [JsonStringEnumMemberName("LOGGED_MODEL_STATUS_UNSPECIFIED")]
    Unspecified,

    /// <summary>Files are being uploaded.</summary>
    [JsonStringEnumMemberName("LOGGED_MODEL_PENDING")]
    Pending,

    /// <summary>Complete.</summary>
    [JsonStringEnumMemberName("LOGGED_MODEL_READY")]
    Ready,

    /// <summary>The upload failed.</summary>
    [JsonStringEnumMemberName("LOGGED_MODEL_UPLOAD_FAILED")]
    UploadFailed,
}
