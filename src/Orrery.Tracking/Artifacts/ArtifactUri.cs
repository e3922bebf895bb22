using Orrery.Kernel;

namespace Orrery.Tracking;

/// <summary>Artifact URIs: <c>mlflow-artifacts:/path</c> and <c>mlflow-artifacts://host:port/path</c> are in this server's own store.</summary>
public static class ArtifactUri
{
    private const string Scheme = "mlflow-artifacts:";

    /// <summary>The path in our store; null for a URI that points elsewhere.</summary>
    public static string? PathOf(string uri)
    {
        if (!uri.StartsWith(Scheme, StringComparison.Ordinal))
            return null;
        var rest = uri[Scheme.Length..];
        if (rest.StartsWith("//", StringComparison.Ordinal))
        {
            var slash = rest.IndexOf('/', 2);
            rest = slash < 0 ? "" : rest[slash..];
        }

        return rest.Trim('/');
    }

    /// <summary>Refusal for artifacts that lie elsewhere: the client reads those itself.</summary>
    public static Failure Elsewhere(string uri) => Failure.Invalid("tracking.artifacts_elsewhere",
        $"The artifacts are at {uri}, which this server does not serve: read them there with your own credentials, "
        + "or create the experiment without an artifact_location to keep them here.");
}
