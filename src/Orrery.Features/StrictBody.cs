using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orrery.Kernel;

namespace Orrery.Features;

/// <summary>A record as the body of a request, or why there is none: <c>features.body_invalid</c>, <c>features.body_not_text</c>, <c>features.body_too_large</c>.</summary>
/// <typeparam name="T">A record of Orrery.Contracts.</typeparam>
internal sealed class StrictBody<T> : IBindableFromHttpContext<StrictBody<T>>, IEndpointParameterMetadataProvider
    where T : class
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 32, AllowDuplicateProperties = false };

    private StrictBody(Result<T> read) => Result = read;

    /// <summary>What was read.</summary>
    public Result<T> Result { get; }

    /// <inheritdoc/>
    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) => builder.Metadata.Add(new AcceptsMetadata(["application/json"], typeof(T)));

    /// <inheritdoc/>
    public static async ValueTask<StrictBody<T>?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        if ((await RequestBody.ReadAsync(context)).Failed(out var refused, out var body))
            return new(refused);
        using var bytes = body;
        try
        {
            using var json = JsonDocument.Parse(bytes.Bytes, Strict);
            return new(Read(json.RootElement, context.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions));
        }
        catch (JsonException e)
        {
            return new(BodyMembers.Unreadable(e));
        }
    }

    // The server's own options refuse what no text may hold, too.
    private static Result<T> Read(JsonElement body, JsonSerializerOptions options)
    {
        if (body.ValueKind is not JsonValueKind.Object)
            return Failure.Invalid("features.body_invalid", "The body must be a JSON object.");
        return BodyMembers.Problem(body, typeof(T)) is { } problem ? problem : body.Deserialize((JsonTypeInfo<T>)options.GetTypeInfo(typeof(T)))!;
    }
}
