namespace Churn;

/// <summary>What was measured after one step of training, by metric name. Steps count from 1.</summary>
internal sealed record Iteration(int Step, IReadOnlyDictionary<string, double> Metrics);
