namespace Orrery.Server;

/// <summary>The OpenAPI document of <c>/api/v1</c> and of the MLflow paths, at <c>/openapi/v1.json</c>.</summary>
internal static class ApiDocument
{
    private static readonly string[] Prefixes = ["api/", "ajax-api/"];

    public static void AddApiDocument(this WebApplicationBuilder builder) => builder.Services.AddOpenApi("v1", options =>
    {
        options.ShouldInclude = endpoint =>
            endpoint.RelativePath is { } path && Array.Exists(Prefixes, prefix => path.StartsWith(prefix, StringComparison.Ordinal));
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = "Orrery";
            document.Info.Version = "v1";
            document.Info.Description = "Every path may be prefixed by /w/{workspace}; without it the workspace is 'default'.";
            // The address it happened to be asked at is nothing that holds elsewhere.
            document.Servers?.Clear();
            return Task.CompletedTask;
        });
    });

    public static void MapApiDocument(this WebApplication app) => app.MapOpenApi("/openapi/{documentName}.json").AllowAnonymous();
}
