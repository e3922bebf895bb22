using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Orrery.Tracking;

/// <summary>Hashes of an object's state, for the audit trail.</summary>
public static class StateHash
{
    /// <summary>SHA-256 of the state's JSON in UTF-8, members in the order of the type.</summary>
    public static byte[] Of<T>(T state, JsonTypeInfo<T> type) => SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(state, type));

    internal static byte[] Of(Experiment state) => Of(state, StateJson.Default.Experiment);

    internal static byte[] Of(Run state) => Of(state, StateJson.Default.Run);

    internal static byte[] Of(LoggedModel state) => Of(state, StateJson.Default.LoggedModel);

    internal static byte[] Of(Scorer state) => Of(state, StateJson.Default.Scorer);

    internal static byte[] Of(EvaluationDataset state) => Of(state, StateJson.Default.EvaluationDataset);

    internal static byte[] Of(GcOrder state) => Of(state, StateJson.Default.GcOrder);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(Experiment))]
[JsonSerializable(typeof(Run))]
[JsonSerializable(typeof(LoggedModel))]
[JsonSerializable(typeof(Scorer))]
[JsonSerializable(typeof(EvaluationDataset))]
[JsonSerializable(typeof(GcOrder))]
internal sealed partial class StateJson : JsonSerializerContext;
