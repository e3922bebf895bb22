using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Orrery.Contracts;
using Orrery.Kernel;

namespace Orrery.Features;

/// <summary>Reads definitions from a request: JSON, or YAML where the content type says so.</summary>
internal static class DefinitionBody
{
    private const int MaxBytes = DefinitionYaml.MaxLength;
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 32, AllowDuplicateProperties = false };

    /// <summary>The definitions for a project; <c>features.yaml_invalid</c>, <c>features.json_invalid</c>, <c>features.definition_too_large</c>, <c>features.project_differs</c>.</summary>
    /// <param name="request">With a body.</param>
    /// <param name="project">The project that the request is about.</param>
    /// <param name="cancel">Stops reading.</param>
    public static async ValueTask<Result<DefinitionText>> ReadAsync(HttpRequest request, string project, CancellationToken cancel)
    {
        using var body = new MemoryStream();
        var buffer = new byte[81_920];
        int read;
        while ((read = await request.Body.ReadAsync(buffer, cancel)) > 0)
        {
            if (body.Length + read > MaxBytes)
                return new Failure(FailureKind.TooLarge, "features.definition_too_large", $"The definitions have more than {MaxBytes} bytes.");
            body.Write(buffer, 0, read);
        }

        var bytes = body.GetBuffer().AsMemory(0, (int)body.Length);
        var isYaml = request.ContentType?.Contains("yaml", StringComparison.OrdinalIgnoreCase) ?? false;
        if ((isYaml ? Yaml(bytes.Span) : Json(bytes)).Failed(out var failure, out var text))
            return failure;
        return text.NamesProject && text.Document.Project != project
            ? Failure.Invalid("features.project_differs", $"The definitions are of project '{DefinitionNames.Clip(text.Document.Project)}', the request is about '{project}'.")
            : text;
    }

    /// <summary>Reads JSON as strictly as YAML: an unknown field is refused.</summary>
    public static Result<DefinitionText> Json(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            using var json = JsonDocument.Parse(bytes, Strict);
            var type = OrreryJson.TypeOf<FeatureProjectDocument>();
            var faults = Faults(json.RootElement, type.Type);
            if (faults.Count > 0)
                return Invalid($"{faults[0].Field} {faults[0].Message}") with { Faults = [.. faults.Take(200)] };
            var document = json.Deserialize(type);
            return document is null
                ? Invalid("it is null")
                : new DefinitionText(document, new Dictionary<string, int>()) { NamesProject = json.RootElement.TryGetProperty("project", out _) };
        }
        catch (JsonException e)
        {
            return Invalid(e.Message);
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair in a text.
            return Invalid("a text in it is no Unicode");
        }
    }

    /// <summary>Fields that a record does not have, and nulls in lists.</summary>
    public static List<FieldFault> Faults(JsonElement json, Type type)
    {
        var faults = new List<FieldFault>();
        Check(json, OrreryJson.Options.GetTypeInfo(type), "", faults);
        return faults;
    }

    private static Result<DefinitionText> Yaml(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return DefinitionYaml.Read(new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(bytes).TrimStart('\uFEFF'));
        }
        catch (DecoderFallbackException)
        {
            return Failure.Invalid("features.yaml_invalid", "The YAML cannot be read: it is not UTF-8.");
        }
    }

    private static void Check(JsonElement element, JsonTypeInfo type, string path, List<FieldFault> faults)
    {
        if (element.ValueKind is JsonValueKind.Array && type.Kind is JsonTypeInfoKind.Enumerable)
        {
            var item = OrreryJson.Options.GetTypeInfo(type.ElementType!);
            var at = 0;
            foreach (var value in element.EnumerateArray())
            {
                if (value.ValueKind is JsonValueKind.Null && item.Type != typeof(JsonElement))
                    faults.Add(new($"{path}[{at}]", "is null"));
                Check(value, item, $"{path}[{at++}]", faults);
            }
        }
        else if (element.ValueKind is JsonValueKind.Object && type.Kind is JsonTypeInfoKind.Object)
        {
            foreach (var property in element.EnumerateObject())
            {
                var place = path.Length == 0 ? property.Name : $"{path}.{property.Name}";
                if (type.Properties.FirstOrDefault(one => one.Name == property.Name) is { } known)
                    Check(property.Value, OrreryJson.Options.GetTypeInfo(known.PropertyType), place, faults);
                else
                    faults.Add(new(DefinitionNames.Clip(place), Unknown(property.Name, type)));
            }
        }
    }

    /// <summary>What is said of a key that a type does not have.</summary>
    internal static string Unknown(string key, JsonTypeInfo type) => BodyMembers.Unknown(key, [.. type.Properties.Select(static property => property.Name)]);

    private static Failure Invalid(string why) => Failure.Invalid("features.json_invalid", $"The definitions cannot be read: {why.TrimEnd('.')}.");
}
