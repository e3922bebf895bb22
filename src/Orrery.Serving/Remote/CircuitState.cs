namespace Orrery.Serving;

/// <summary>Whether an endpoint is asked.</summary>
internal enum CircuitState
{
    Closed,

    /// <summary>Nobody asks it.</summary>
    Open,

    /// <summary>One request tries it.</summary>
    HalfOpen,
}
