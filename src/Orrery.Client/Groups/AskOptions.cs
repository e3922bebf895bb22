namespace Orrery.Client;

/// <summary>How a model is asked.</summary>
public sealed record AskOptions
{
    /// <summary>Variant that shall answer, such as <c>canary</c>; null for a draw by the deployment's weights.</summary>
    public string? Variant { get; init; }

    /// <summary>More headers, such as the user's key of a sticky deployment.</summary>
    public IReadOnlyDictionary<string, string> Headers { get => field ?? new Dictionary<string, string>(); init; }
}
