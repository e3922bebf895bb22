using System.Text.Json.Serialization;
using Orrery.Contracts;

namespace Orrery.Features;

/// <summary>What a push's key keeps: the answer, and which rows of the history are to be online too.</summary>
internal sealed record PushState
{
    public required PushAnswer Answer { get; init; }

    /// <summary>Sequence of the first row; 0 when there are none.</summary>
    public long First { get; init; }

    public long Last { get; init; }
}

/// <summary>Its JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(PushState))]
internal sealed partial class PushStateJson : JsonSerializerContext;
