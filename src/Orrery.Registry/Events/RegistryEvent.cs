using System.Text.Json;
using System.Text.Json.Serialization;
using Orrery.Tracking;

namespace Orrery.Registry;

/// <summary>Payload of the registry's events (README, "Events"): what does not apply is left out of the JSON.</summary>
public sealed record RegistryEvent
{
    /// <summary>Names of the events.</summary>
    public static class Names
    {
        /// <summary>A model was registered.</summary>
        public const string ModelRegistered = "model.registered";

        /// <summary>A model's description changed.</summary>
        public const string ModelUpdated = "model.updated";

        /// <summary>A model got another name.</summary>
        public const string ModelRenamed = "model.renamed";

        /// <summary>A model and its versions were deleted.</summary>
        public const string ModelDeleted = "model.deleted";

        /// <summary>A model's tag was set.</summary>
        public const string ModelTagSet = "model.tag_set";

        /// <summary>A model's tag was removed.</summary>
        public const string ModelTagRemoved = "model.tag_removed";

        /// <summary>A version was registered.</summary>
        public const string VersionRegistered = "version.registered";

        /// <summary>A version's description changed.</summary>
        public const string VersionUpdated = "version.updated";

        /// <summary>A version went to another stage.</summary>
        public const string VersionStageChanged = "version.stage_changed";

        /// <summary>The registry has a copy of a version's files.</summary>
        public const string VersionPackaged = "version.packaged";

        /// <summary>A version was deleted.</summary>
        public const string VersionDeleted = "version.deleted";

        /// <summary>A version's tag was set.</summary>
        public const string VersionTagSet = "version.tag_set";

        /// <summary>A version's tag was removed.</summary>
        public const string VersionTagRemoved = "version.tag_removed";

        /// <summary>An alias was given to a version.</summary>
        public const string AliasSet = "alias.set";

        /// <summary>An alias was removed, or its version was deleted.</summary>
        public const string AliasRemoved = "alias.removed";
    }

    /// <summary>The model's id, which survives a rename.</summary>
    public required string ModelId { get; init; }

    /// <summary>The model's name at the time.</summary>
    public required string Name { get; init; }

    /// <summary>The model is a prompt.</summary>
    public bool IsPrompt { get; init; }

    /// <summary>The version's number.</summary>
    public long? Version { get; init; }

    /// <summary>The name before a rename.</summary>
    public string? OldName { get; init; }

    /// <summary>Where a version came from.</summary>
    public string? Source { get; init; }

    /// <summary>Where a version's files are.</summary>
    public string? StorageUri { get; init; }

    /// <summary>The run that made a version.</summary>
    public string? RunId { get; init; }

    /// <summary>What it is.</summary>
    public string? Description { get; init; }

    /// <summary>Tags it was registered with.</summary>
    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    /// <summary>Key of a tag.</summary>
    public string? Key { get; init; }

    /// <summary>Value of a tag.</summary>
    public string? Value { get; init; }

    /// <summary>An alias.</summary>
    public string? Alias { get; init; }

    /// <summary>The stage before.</summary>
    public string? FromStage { get; init; }

    /// <summary>The stage after.</summary>
    public string? ToStage { get; init; }

    /// <summary>The version that the alias stood for before; absent when it was new.</summary>
    public long? PreviousVersion { get; init; }

    /// <summary>Reads a payload.</summary>
    /// <exception cref="JsonException">It is none of the registry's.</exception>
    public static RegistryEvent Parse(string payload) =>
        JsonSerializer.Deserialize(payload, RegistryJson.Default.RegistryEvent) ?? throw new JsonException("The payload is null.");

    /// <summary>The payload as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, RegistryJson.Default.RegistryEvent);

    internal static IReadOnlyDictionary<string, string> TagsOf(IReadOnlyList<Pair> tags) => tags.ToDictionary(static t => t.Key, static t => t.Value);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RegistryEvent))]
[JsonSerializable(typeof(RegisteredModel))]
[JsonSerializable(typeof(ModelVersion))]
[JsonSerializable(typeof(Webhook))]
[JsonSerializable(typeof(Dictionary<string, string>))]
[JsonSerializable(typeof(string[][]))]
internal sealed partial class RegistryJson : JsonSerializerContext;
