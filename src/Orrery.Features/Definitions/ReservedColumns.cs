namespace Orrery.Features;

/// <summary>Columns of requests and answers that no key or feature may be called.</summary>
internal static class ReservedColumns
{
    /// <summary>The moment that an entity row asks about.</summary>
    public const string EventTimestamp = "event_timestamp";

    /// <summary>Why a name is refused; null when it is not.</summary>
    public static string? Problem(string name) => string.Equals(name, EventTimestamp, StringComparison.OrdinalIgnoreCase)
        ? $"is '{name}', the column of requests that holds the moment asked about; call it otherwise"
        : null;
}
