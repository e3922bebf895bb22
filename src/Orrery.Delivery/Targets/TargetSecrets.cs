using System.Text.Json;
using System.Text.Json.Serialization;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Delivery;

/// <summary>Secrets of targets: sealed together, opened when a call needs one.</summary>
internal sealed class TargetSecrets(Db db, SecretBox box)
{
    public const string Git = "git_token";
    public const string Api = "api_token";
    public const string Cluster = "cluster_token";
    public const int Longest = 16_384;

    public static readonly string[] Names = [Git, Api, Cluster];

    /// <summary>Those of a target that is set; none where they were sealed with another key.</summary>
    public IReadOnlyDictionary<string, string> Open(WorkspaceId workspace, TargetRow row) =>
        row.Secrets is { } sealed_ && box.Open(sealed_, workspace.Value, Owner(row.Environment)) is { } text
            ? JsonSerializer.Deserialize(text, TargetJson.Default.DictionaryStringString)!
            : new Dictionary<string, string>();

    /// <summary>Those of an environment's target.</summary>
    public async ValueTask<IReadOnlyDictionary<string, string>> OpenAsync(Actor actor, string environment, CancellationToken cancel) =>
        await db.ReadAsync(session => TargetStore.FindAsync(session, actor.Workspace, environment), cancel) is { } row ? Open(actor.Workspace, row) : new Dictionary<string, string>();

    /// <summary>Seals them; null for none.</summary>
    public byte[]? Seal(WorkspaceId workspace, string environment, IReadOnlyDictionary<string, string> secrets) => secrets.Count == 0
        ? null
        : box.Seal(JsonSerializer.Serialize(secrets.ToDictionary(StringComparer.Ordinal), TargetJson.Default.DictionaryStringString), workspace.Value, Owner(environment));

    private static string Owner(string environment) => "delivery-target/" + environment;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Dictionary<string, string>))]
[JsonSerializable(typeof(List<Orrery.Contracts.TargetDriftItem>))]
[JsonSerializable(typeof(List<string>))]
[JsonSerializable(typeof(Orrery.Contracts.TargetViolation))]
internal sealed partial class TargetJson : JsonSerializerContext;
