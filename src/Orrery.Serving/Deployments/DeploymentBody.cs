using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orrery.Contracts;
using Orrery.Kernel;

namespace Orrery.Serving;

/// <summary>A deployment's document as the body of a request, or why there is none: <c>serving.invalid_spec</c>. What the document does not know is refused by name.</summary>
internal sealed class DeploymentBody : IBindableFromHttpContext<DeploymentBody>, IEndpointParameterMetadataProvider
{
    private DeploymentBody(Result<DeploymentSpec> read) => Result = read;

    /// <summary>What was read.</summary>
    public Result<DeploymentSpec> Result { get; }

    /// <inheritdoc/>
    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) => builder.Metadata.Add(new AcceptsMetadata(["application/json"], typeof(DeploymentSpec)));

    /// <inheritdoc/>
    public static async ValueTask<DeploymentBody?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        if (!context.Request.HasJsonContentType())
            throw new BadHttpRequestException($"The body's type is '{context.Request.ContentType}'; it must be application/json.", StatusCodes.Status415UnsupportedMediaType);
        var options = context.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        try
        {
            using var json = await JsonDocument.ParseAsync(context.Request.Body, default, context.RequestAborted);
            var unknown = Unknown(json.RootElement, options.GetTypeInfo(typeof(DeploymentSpec)), "").ToList();
            return new(unknown.Count > 0
                ? Failure.Invalid("serving.invalid_spec", unknown[0].Message) with { Faults = unknown }
                : json.RootElement.Deserialize((JsonTypeInfo<DeploymentSpec>)options.GetTypeInfo(typeof(DeploymentSpec)))!);
        }
        catch (JsonException broken)
        {
            return new(Failure.Invalid("serving.invalid_spec", $"The body cannot be read: {broken.Message}"));
        }
    }

    private static IEnumerable<FieldFault> Unknown(JsonElement value, JsonTypeInfo type, string path)
    {
        if (path.Length == 0 && value.ValueKind is not JsonValueKind.Object)
            return [new("", "The body must be a JSON object.")];
        if (type.Kind is JsonTypeInfoKind.Enumerable && value.ValueKind is JsonValueKind.Array)
            return value.EnumerateArray().SelectMany((element, index) => Unknown(element, type.Options.GetTypeInfo(type.ElementType!), $"{path}[{index}]"));
        return type.Kind is JsonTypeInfoKind.Object && value.ValueKind is JsonValueKind.Object
            ? value.EnumerateObject().SelectMany(member => Unknown(member, type, path.Length == 0 ? member.Name : $"{path}.{member.Name}"))
            : [];
    }

    private static IEnumerable<FieldFault> Unknown(JsonProperty member, JsonTypeInfo type, string path) =>
        type.Properties.FirstOrDefault(property => property.Name == member.Name) is { } known
            ? Unknown(member.Value, type.Options.GetTypeInfo(known.PropertyType), path)
            : [new(path, $"{path} is unknown; there is {string.Join(", ", type.Properties.Select(static property => property.Name).Order(StringComparer.Ordinal))}.")];
}
