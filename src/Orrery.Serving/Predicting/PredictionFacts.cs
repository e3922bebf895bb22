namespace Orrery.Serving;

/// <summary>What is known of a prediction that was answered, beside its tensors.</summary>
/// <param name="Id">A UUID of version 7.</param>
/// <param name="At">When it was answered.</param>
/// <param name="Latency">From request to answer.</param>
/// <param name="User">The user's key; null for none.</param>
/// <param name="Entity">Whom it is about, as the caller sent it; null when that was not said.</param>
/// <param name="Columns">Names of the columns of the model's only input; empty when there are none.</param>
internal readonly record struct PredictionFacts(
    Guid Id, DateTimeOffset At, TimeSpan Latency, string? User, string? Entity, IReadOnlyList<string> Columns)
{
    /// <summary>What was looked up, as long as the request is at work; null for nothing.</summary>
    public LookupWork? Lookup { get; init; }
}
