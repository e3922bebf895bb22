using System.Text.Json;

namespace Orrery.Client;

/// <summary>What a model answered.</summary>
/// <param name="Body">The protocol's answer.</param>
/// <param name="PredictionId">By which labels come later; null when it is not kept.</param>
public sealed record ModelAnswer(JsonElement Body, string? PredictionId);
