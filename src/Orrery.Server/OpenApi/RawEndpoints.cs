using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.OpenApi;
using Orrery.Contracts;
using Orrery.Tenancy;

namespace Orrery.Server;

/// <summary>
/// Completes the document: adds the endpoints that read their requests themselves, which ApiExplorer cannot see, and says of all
/// endpoints which permission they need.
/// </summary>
internal sealed class RawEndpoints(EndpointDataSource endpoints) : IOpenApiDocumentTransformer
{
    private const string Error = "MlflowError";
    private const string UiRoot = "/ajax-api/";

    // Some clients build this path without its slash; they need no documentation.
    private const string Misspelt = "/api/2.0mlflow/";

    /// <inheritdoc/>
    public async Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        var table = OperationTable.Read();
        document.AddComponent(Error, ErrorSchema());
        table.AddSchemas(document);
        var calls = Calls();
        var paths = calls.Select(static call => call.Path).ToHashSet();
        foreach (var call in calls.Where(call => !IsDuplicate(call.Path, paths)))
        {
            // What ApiExplorer sees has its schemas.
            foreach (var written in IsKnown(document, call) ? [] : call.Written)
                await AddSchemaAsync(document, context, written.Type, cancellationToken);
            Complete(document, call, table);
        }

        Sort(document);
    }

    private List<Call> Calls() =>
    [
        .. from endpoint in endpoints.Endpoints.OfType<RouteEndpoint>()
           let declared = endpoint.Metadata.GetMetadata<PermissionMetadata>()
           where declared is not null || endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null
           where endpoint.Metadata.GetMetadata<IExcludeFromDescriptionMetadata>() is not { ExcludeFromDescription: true }
           from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? []
           where !HttpMethods.IsHead(method)
           select new Call(method, PathOf(endpoint.RoutePattern), declared?.Permission, endpoint),
    ];

    private static bool IsDuplicate(string path, HashSet<string> paths) =>
        path.StartsWith(Misspelt, StringComparison.Ordinal)
        || (path.StartsWith(UiRoot, StringComparison.Ordinal) && paths.Contains(string.Concat("/api/", path.AsSpan(UiRoot.Length))));

    private static bool IsKnown(OpenApiDocument document, Call call) =>
        document.Paths.TryGetValue(call.Path, out var item) && item.Operations?.ContainsKey(HttpMethod.Parse(call.Method)) is true;

    private static void Complete(OpenApiDocument document, Call call, OperationTable table)
    {
        if (!document.Paths.TryGetValue(call.Path, out var item))
            document.Paths.Add(call.Path, item = new OpenApiPathItem());
        var method = HttpMethod.Parse(call.Method);
        var fields = table.Find(call.Method, call.TablePath);
        var operation = item.Operations?.GetValueOrDefault(method);
        if (operation is null)
            ((OpenApiPathItem)item).AddOperation(method, operation = Describe(document, call, fields));
        if (call.Tag is { } tag)
            operation.Tags = new HashSet<OpenApiTagReference> { new(tag, document) };
        operation.Summary ??= fields?.Summary ?? call.Endpoint.Metadata.GetMetadata<IEndpointSummaryMetadata>()?.Summary;
        if (call.Permission is not { } permission)
            return;
        operation.Extensions ??= new Dictionary<string, IOpenApiExtension>();
        operation.Extensions["x-permission"] = new JsonNodeExtension(permission);
    }

    private static OpenApiOperation Describe(OpenApiDocument document, Call call, OperationFields? fields)
    {
        var operation = new OpenApiOperation
        {
            OperationId = call.Id,
            Parameters =
            [
                .. call.Endpoint.RoutePattern.Parameters.Select(static parameter => new OpenApiParameter
                {
                    Name = parameter.Name,
                    In = ParameterLocation.Path,
                    Required = true,
                    Schema = new OpenApiSchema { Type = JsonSchemaType.String },
                }),
            ],
            Responses = ResponsesOf(document, call, fields),
        };
        if (HttpMethods.IsGet(call.Method))
            AddQuery(operation, document, fields);
        else if (fields is null ? !HttpMethods.IsDelete(call.Method) : fields.Takes.ValueKind is JsonValueKind.String || fields.Takes.EnumerateObject().Any())
            operation.RequestBody = new OpenApiRequestBody { Content = ContentOf(fields?.Takes, document) };
        return operation;
    }

    private static OpenApiResponses ResponsesOf(OpenApiDocument document, Call call, OperationFields? fields)
    {
        var responses = new OpenApiResponses();
        foreach (var written in call.Written.GroupBy(static one => one.StatusCode))
        {
            responses[written.Key.ToString(CultureInfo.InvariantCulture)] = new OpenApiResponse
            {
                Description = ReasonPhrases.GetReasonPhrase(written.Key),
                Content = written.SelectMany(one => one.ContentTypes.Select(type => (Type: type, Media: MediaOf(one.Type, document)))).ToDictionary(static one => one.Type.Split(';')[0], static one => one.Media),
            };
        }

        if (responses.Count is 0)
            responses["200"] = new OpenApiResponse { Description = "OK", Content = ContentOf(fields?.Gives, document) };
        var isMlflow = Refusals.IsMlflowPath(call.Path);
        responses["4XX"] = new OpenApiResponse
        {
            Description = "Refused, and why.",
            Content = new Dictionary<string, OpenApiMediaType>
            {
                [isMlflow ? "application/json" : "application/problem+json"] = new() { Schema = new OpenApiSchemaReference(isMlflow ? Error : nameof(Problem), document) },
            },
        };
        return responses;
    }

    // Bytes are what their media type says.
    private static OpenApiMediaType MediaOf(Type? type, OpenApiDocument document) =>
        IsSchema(type) ? new() { Schema = new OpenApiSchemaReference(type!.Name, document) } : new();

    private static bool IsSchema(Type? type) => type is not null && type != typeof(void) && type != typeof(byte[]);

    private static async Task AddSchemaAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, Type? type, CancellationToken cancel)
    {
        if (IsSchema(type) && document.Components?.Schemas?.ContainsKey(type!.Name) is not true)
            document.AddComponent(type!.Name, await context.GetOrCreateSchemaAsync(type, null, cancel));
    }

    private static void AddQuery(OpenApiOperation operation, OpenApiDocument document, OperationFields? fields)
    {
        if (fields is null)
            return;
        foreach (var field in fields.Takes.EnumerateObject())
            operation.Parameters!.Add(new OpenApiParameter { Name = field.Name, In = ParameterLocation.Query, Schema = OperationTable.SchemaOf(field.Value.GetString()!, document) });
    }

    private static Dictionary<string, OpenApiMediaType> ContentOf(JsonElement? fields, OpenApiDocument document) => fields switch
    {
        null => Json(new OpenApiSchema { Type = JsonSchemaType.Object }),
        { ValueKind: JsonValueKind.Object } known => Json(OperationTable.ObjectOf(known, document)),
        _ => new() { ["application/octet-stream"] = new OpenApiMediaType() },
    };

    private static Dictionary<string, OpenApiMediaType> Json(IOpenApiSchema schema) => new() { ["application/json"] = new OpenApiMediaType { Schema = schema } };

    private static OpenApiSchema ErrorSchema() => new()
    {
        Description = "How MLflow's calls are refused.",
        Type = JsonSchemaType.Object,
        Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["error_code"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "INVALID_PARAMETER_VALUE, RESOURCE_DOES_NOT_EXIST, ..." },
            ["message"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "What was wrong, with which value, and what would be right." },
        },
    };

    // So that a new endpoint is a few new lines in the committed document, wherever it is mapped.
    private static void Sort(OpenApiDocument document)
    {
        var paths = new OpenApiPaths();
        foreach (var (path, item) in document.Paths.OrderBy(static pair => pair.Key, StringComparer.Ordinal))
            paths.Add(path, item);
        document.Paths = paths;
        document.Tags = new HashSet<OpenApiTag>(
            from item in paths.Values
            from operation in item.Operations?.Values ?? Enumerable.Empty<OpenApiOperation>()
            from tag in operation.Tags ?? Enumerable.Empty<OpenApiTagReference>()
            group tag by tag.Name into tags
            orderby tags.Key
            select new OpenApiTag { Name = tags.Key });
    }

    private static string PathOf(RoutePattern pattern) => "/" + string.Join('/', pattern.PathSegments.Select(static segment =>
        string.Concat(segment.Parts.Select(static part => part switch
        {
            RoutePatternParameterPart parameter => $"{{{parameter.Name}}}",
            RoutePatternLiteralPart literal => literal.Content,
            RoutePatternSeparatorPart separator => separator.Content,
            _ => throw new InvalidOperationException($"No text for a {part.PartKind} of a route."),
        }))));

    /// <summary>One method of one endpoint.</summary>
    private sealed record Call(string Method, string Path, string? Permission, RouteEndpoint Endpoint)
    {
        /// <summary>What it says that it writes.</summary>
        public IReadOnlyList<IProducesResponseTypeMetadata> Written { get; } = Endpoint.Metadata.GetOrderedMetadata<IProducesResponseTypeMetadata>();

        private const string Mlflow = "MLflow";
        private static readonly string[] Roots = ["/api/2.0/mlflow/", "/api/3.0/mlflow/", "/ajax-api/2.0/mlflow/", "/ajax-api/3.0/mlflow/", "/api/2.0/"];

        /// <summary>As the table of operations writes it.</summary>
        public string TablePath => string.Join('/', Short.Split('/').Select(static part => part.StartsWith('{') ? "{}" : part));

        /// <summary>The area, for MLflow's calls and the server's own; null leaves what the endpoint says.</summary>
        public string? Tag
        {
            get
            {
                if (Permission is null)
                    return "Server";
                var tags = Endpoint.Metadata.GetMetadata<ITagsMetadata>()?.Tags ?? [];
                if (!tags.Contains(Mlflow))
                    return tags.Count > 0 ? tags[0] : null;
                var area = Short.TrimStart('/').Split('/')[0];
                return $"{Mlflow} {(area.Contains("artifact", StringComparison.Ordinal) ? "artifacts" : area)}";
            }
        }

        /// <summary>PostRunsCreate, GetScorersListV3.</summary>
        public string Id => string.Concat(
            [.. Words(Method.ToLowerInvariant()), .. Words(Short), Path.StartsWith("/api/3.0/", StringComparison.Ordinal) ? "V3" : ""]);

        // Without MLflow's root.
        private string Short => Array.Find(Roots, root => Path.StartsWith(root, StringComparison.Ordinal)) is { } root ? Path[root.Length..] : Path;

        private static IEnumerable<string> Words(string text) => text
            .Split(['/', '-', '_', '.', '{', '}'], StringSplitOptions.RemoveEmptyEntries)
            .Select(static word => char.ToUpperInvariant(word[0]) + word[1..]);
    }
}
