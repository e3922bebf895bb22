using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orrery.Tenancy;

namespace Orrery.Serving;

/// <summary>The JSON Schema of <c>deployment.yaml</c>, with which editors complete and check it.</summary>
internal static class DeploymentSchema
{
    private static readonly Lazy<byte[]> Content = new(Load);

    /// <summary>The schema's bytes.</summary>
    public static ReadOnlyMemory<byte> Bytes => Content.Value;

    public static void Map(IEndpointRouteBuilder app) => app.MapGet("/api/v1/deployments/schema.json", Get).OpenToAll().WithTags("Serving")
        .WithName("GetDeploymentSchema").WithSummary("The JSON Schema of deployment.yaml.").Produces<string>(StatusCodes.Status200OK, "application/schema+json");

    private static IResult Get() => Results.Bytes(Content.Value, "application/schema+json");

    private static byte[] Load()
    {
        using var stream = typeof(DeploymentSchema).Assembly.GetManifestResourceStream("deployment.schema.json")!;
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return content.ToArray();
    }
}
