using Microsoft.OpenApi;

namespace Orrery.Server;

/// <summary>The OpenAPI document of everything the server maps, at <c>/openapi/v1.json</c>.</summary>
internal static class ApiDocument
{
    private const string Description = """
        Orrery's own API under /api/v1, and MLflow's REST API as unmodified MLflow clients call it.

        Every path may be prefixed by /w/{workspace}; without it the workspace is 'default'. The paths below /api/2.0 and /api/3.0
        answer below /ajax-api too, as MLflow's web page calls them.

        MLflow's calls: whole numbers may be sent as numbers or as texts, unknown fields are ignored, a member that is empty may be
        missing from an answer, and numbers that JSON cannot hold are the texts "NaN", "Infinity" and "-Infinity". x-permission names
        what the caller needs in the workspace.
        """;

    public static void AddApiDocument(this WebApplicationBuilder builder) => builder.Services.AddOpenApi("v1", options =>
    {
        options.ShouldInclude = static _ => true;
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = "Orrery";
            document.Info.Version = "v1";
            document.Info.Description = Description;
            // Not the address it happened to be asked at, which is nothing that holds elsewhere.
            document.Servers =
            [
                new() { Url = "/", Description = "The workspace 'default'." },
                new()
                {
                    Url = "/w/{workspace}",
                    Description = "A workspace by its name.",
                    Variables = new Dictionary<string, OpenApiServerVariable>
                    {
                        ["workspace"] = new() { Default = "default", Description = "The workspace's name." },
                    },
                },
            ];
            return Task.CompletedTask;
        });
        options.AddDocumentTransformer<RawEndpoints>();
    });

    public static void MapApiDocument(this WebApplication app) => app.MapOpenApi("/openapi/{documentName}.json").AllowAnonymous();
}
