namespace Orrery.Serving;

/// <summary>Leave to try an endpoint once.</summary>
/// <param name="Turn">Counts how often the circuit has opened and closed; what was begun before says nothing of now.</param>
internal readonly record struct CircuitPass(long Turn);
