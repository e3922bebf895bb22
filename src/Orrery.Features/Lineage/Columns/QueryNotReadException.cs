namespace Orrery.Features;

/// <summary>A query has something of which nobody can tell here what it does to columns.</summary>
/// <param name="message">What.</param>
internal sealed class QueryNotReadException(string message) : Exception(message);
