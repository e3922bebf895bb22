namespace Orrery.Serving;

/// <summary>A request's tensors are wrong. The message is for the caller: what was wrong, and what would be right.</summary>
internal sealed class TensorException(string message) : Exception(message);
