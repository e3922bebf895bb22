namespace Orrery.Serving;

/// <summary>A model cannot answer now: too much waits for it, or its worker is gone. The same request may succeed soon.</summary>
internal sealed class ModelUnavailableException(string message) : ModelException(message);
