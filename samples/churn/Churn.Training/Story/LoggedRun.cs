namespace Churn;

/// <summary>A trained candidate and the run that it was logged to.</summary>
internal sealed record LoggedRun(TrainedRun Trained, RunLogger Log);
