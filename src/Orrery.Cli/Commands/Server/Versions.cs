namespace Orrery.Cli;

/// <summary>What speaks with what.</summary>
/// <param name="Mlops">Version of this program.</param>
/// <param name="Server">The server.</param>
/// <param name="MlflowApi">The MLflow version that the server claims; absent when it does not answer.</param>
internal sealed record Versions(string Mlops, Uri Server, string? MlflowApi);
