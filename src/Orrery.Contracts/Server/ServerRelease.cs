namespace Orrery.Contracts;

/// <summary>Answer of <c>GET /api/v1/version</c>: which server this is.</summary>
/// <param name="Version">The product's version.</param>
/// <param name="Commit">The commit it was built from; empty when the build did not know.</param>
/// <param name="MlflowVersion">The MLflow server it behaves like.</param>
public sealed record ServerRelease(string Version, string Commit, string MlflowVersion);
