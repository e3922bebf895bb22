using System.Text.Json;
using Orrery.Kernel;

namespace Orrery.Lineage;

/// <summary>Fields of an event, with the first thing that is wrong with them.</summary>
internal sealed class EventFields
{
    private const int MaxUri = 4_000;

    /// <summary>The first fault; null for none.</summary>
    public Failure? Failure { get; private set; }

    /// <summary>Says what is wrong with a field; the first counts.</summary>
    public void Fail(string path, string problem) =>
        Failure ??= Failure.Invalid("lineage.invalid_event", $"{path} {problem}.") with { Faults = [new FieldFault(path, problem)] };

    /// <summary>A text that must be there; empty when it is not.</summary>
    public string Text(JsonElement parent, string name, string path, int longest)
    {
        var field = path.Length == 0 ? name : $"{path}.{name}";
        if (parent.ValueKind is not JsonValueKind.Object || !parent.TryGetProperty(name, out var value))
        {
            Fail(field, "is missing");
            return "";
        }

        if (value.ValueKind is not JsonValueKind.String)
        {
            Fail(field, $"is {EventReader.Kind(value)}; it must be a text");
            return "";
        }

        var text = value.GetString()!;
        if (text.Length == 0)
            Fail(field, "is empty");
        else if (text.Length > longest)
            Fail(field, $"has {text.Length} characters; {longest} are allowed");
        else if (text.Any(char.IsControl))
            Fail(field, "has a control character");
        return text;
    }

    /// <summary>An absolute URI that must be there.</summary>
    public string Uri(JsonElement parent, string name)
    {
        var text = Text(parent, name, "", MaxUri);
        if (text.Length > 0 && !System.Uri.TryCreate(text, UriKind.Absolute, out _))
            Fail(name, $"is '{Clip(text)}'; it must be an absolute URI");
        return text;
    }

    /// <summary>The id of the run: a UUID.</summary>
    public string RunId(JsonElement run)
    {
        var text = Text(run, "runId", "run", MaxUri);
        if (text.Length > 0 && !Guid.TryParseExact(text, "D", out _))
            Fail("run.runId", $"is '{Clip(text)}'; it must be a UUID");
        return text;
    }

    /// <summary>The facets of something; null for none.</summary>
    public JsonElement? Facets(JsonElement parent, string path)
    {
        if (parent.ValueKind is not JsonValueKind.Object || !parent.TryGetProperty("facets", out var facets) || facets.ValueKind is JsonValueKind.Null)
            return null;
        if (facets.ValueKind is JsonValueKind.Object)
            return facets;
        Fail($"{path}.facets", $"is {EventReader.Kind(facets)}; it must be an object");
        return null;
    }

    /// <summary>A text fit for a message.</summary>
    public static string Clip(string text) => text.Length > 100 ? text[..100] + "..." : text;
}
