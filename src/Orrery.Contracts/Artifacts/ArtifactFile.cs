namespace Orrery.Contracts;

/// <summary>A file or folder among artifacts (MLflow's <c>FileInfo</c>).</summary>
/// <param name="Path">Relative to the run's root in <c>artifacts/list</c>; the bare name in <c>mlflow-artifacts/artifacts</c>.</param>
/// <param name="IsDir">True for a folder.</param>
/// <param name="FileSize">Bytes; absent for a folder.</param>
public sealed record ArtifactFile(string Path, bool IsDir = false, long? FileSize = null);
