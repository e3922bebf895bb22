namespace Orrery.Serving;

/// <summary>How a model that has workers stands.</summary>
/// <param name="Waiting">Requests that wait for one.</param>
/// <param name="Running">Workers that run.</param>
internal readonly record struct WorkerCounts(int Waiting, int Running);
