using Microsoft.AspNetCore.Http.HttpResults;

namespace Orrery.Server;

/// <summary>Which server this is.</summary>
/// <param name="Version">The product's version.</param>
/// <param name="Commit">The commit it was built from; empty when the build did not know.</param>
/// <param name="MlflowVersion">The MLflow server it behaves like.</param>
internal sealed record ServerVersion(string Version, string Commit, string MlflowVersion);

/// <summary><c>/version</c> as MLflow clients read it, and our own.</summary>
internal static class VersionEndpoints
{
    public static void MapVersion(this WebApplication app)
    {
        app.MapGet("/version", () => TypedResults.Text(Product.MlflowVersion)).AllowAnonymous();
        app.MapGet("/api/v1/version", Get).WithName("GetVersion").WithTags("Server").AllowAnonymous();
    }

    private static Ok<ServerVersion> Get() =>
        TypedResults.Ok(new ServerVersion(Product.Version, Product.Commit, Product.MlflowVersion));
}
