using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orrery.Tenancy;

namespace Orrery.Features;

/// <summary>The JSON Schema of <c>features.yaml</c>, with which editors complete and check it.</summary>
internal static class DefinitionSchema
{
    /// <summary>Where it is served.</summary>
    public const string Path = "/api/v1/features/schema.json";

    private static readonly Lazy<byte[]> Content = new(Load);

    /// <summary>The schema's bytes.</summary>
    public static ReadOnlyMemory<byte> Bytes => Content.Value;

    public static void Map(IEndpointRouteBuilder app) => app.MapGet(Path, Get).OpenToAll().WithTags("Features").WithName("GetFeatureSchema")
        .WithSummary("The JSON Schema of features.yaml.").Produces<string>(StatusCodes.Status200OK, "application/schema+json");

    private static IResult Get() => Results.Bytes(Content.Value, "application/schema+json");

    private static byte[] Load()
    {
        using var stream = typeof(DefinitionSchema).Assembly.GetManifestResourceStream("features.schema.json")!;
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return content.ToArray();
    }
}
