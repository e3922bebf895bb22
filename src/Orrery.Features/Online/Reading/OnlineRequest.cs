using System.Text.Json;
using Orrery.Kernel;

namespace Orrery.Features;

/// <summary>
/// What a body of <c>get-online-features</c> says, by place: names and values stay bytes of the body until the plan knows their types.
/// Pooled; one at a time.
/// </summary>
internal sealed class OnlineRequest
{
    private const int MaxColumns = 1_000;
    private readonly List<RequestColumn> _columns = [];

    public ReadOnlyMemory<byte> Body { get; private set; }

    /// <summary>Columns of <c>entities</c>, in the order of the request.</summary>
    public IReadOnlyList<RequestColumn> Columns => _columns;

    /// <summary>The list of references; empty when absent or null.</summary>
    public Range Features { get; private set; }

    /// <summary>The name, quoted; empty when absent or null.</summary>
    public Range Service { get; private set; }

    /// <summary>What overrides the views' ttl; empty when absent or null.</summary>
    public Range Ttl { get; private set; }

    public bool FullNames { get; private set; }

    public ReadOnlySpan<byte> Slice(Range range) => Body.Span[range];

    public static bool IsEmpty(Range range) => range.Start.Value == range.End.Value;

    /// <summary>Reads the outline of a body.</summary>
    /// <returns>What is wrong with it; null when nothing is.</returns>
    public BodyFault? Read(ReadOnlyMemory<byte> body)
    {
        Body = body;
        _columns.Clear();
        Features = Service = Ttl = default;
        FullNames = false;
        try
        {
            return ReadMembers(new Utf8JsonReader(body.Span));
        }
        catch (JsonException e)
        {
            return new("json_invalid", [], $"JSON decode error: {e.Message}");
        }
    }

    public void Clear()
    {
        Body = default;
        _columns.Clear();
    }

    private BodyFault? ReadMembers(Utf8JsonReader json)
    {
        if (!json.Read() || json.TokenType is not JsonTokenType.StartObject)
            return new("model_type", [], "Input should be an object");
        var hasEntities = false;
        while (json.Read() && json.TokenType is JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("entities"u8))
            {
                hasEntities = true;
                if (ReadEntities(ref json) is { } wrong)
                    return wrong;
                continue;
            }

            if (ReadMember(ref json) is { } fault)
                return fault;
        }

        json.Read();
        return hasEntities ? null : new("missing", ["entities"], "Field required");
    }

    private BodyFault? ReadMember(ref Utf8JsonReader json)
    {
        if (json.ValueTextEquals("features"u8))
        {
            if (!TryRange(ref json, JsonTokenType.StartArray, out var range))
                return new("list_type", ["features"], "Input should be a valid list");
            Features = range;
        }
        else if (json.ValueTextEquals("feature_service"u8))
        {
            if (!TryRange(ref json, JsonTokenType.String, out var range))
                return new("string_type", ["feature_service"], "Input should be a valid string");
            Service = range;
        }
        else if (json.ValueTextEquals("full_feature_names"u8))
        {
            json.Read();
            if (json.TokenType is not (JsonTokenType.True or JsonTokenType.False))
                return new("bool_type", ["full_feature_names"], "Input should be a valid boolean");
            FullNames = json.TokenType is JsonTokenType.True;
        }
        else if (json.ValueTextEquals("ttl"u8))
        {
            json.Read();
            Ttl = Skip(ref json);
        }
        else
        {
            json.Read();
            json.Skip();
        }

        return null;
    }

    private BodyFault? ReadEntities(ref Utf8JsonReader json)
    {
        json.Read();
        if (json.TokenType is not JsonTokenType.StartObject)
            return new("dict_type", ["entities"], "Input should be a valid dictionary");
        while (json.Read() && json.TokenType is JsonTokenType.PropertyName)
        {
            var start = (int)json.TokenStartIndex + 1;
            var name = new Range(start, start + json.ValueSpan.Length);
            var escaped = json.ValueIsEscaped ? json.GetString() : null;
            json.Read();
            if (json.TokenType is not JsonTokenType.StartArray)
                return new("list_type", ["entities", escaped ?? System.Text.Encoding.UTF8.GetString(Slice(name))], "Input should be a valid list");
            if (_columns.Count == MaxColumns)
                return new("too_long", ["entities"], $"Dictionary should have at most {MaxColumns} items");
            _columns.Add(new(name, escaped, Skip(ref json)));
        }

        return null;
    }

    private static bool TryRange(ref Utf8JsonReader json, JsonTokenType wanted, out Range range)
    {
        range = default;
        json.Read();
        if (json.TokenType is JsonTokenType.Null)
            return true;
        if (json.TokenType != wanted)
            return false;
        range = Skip(ref json);
        return true;
    }

    private static Range Skip(ref Utf8JsonReader json)
    {
        if (json.TokenType is JsonTokenType.Null)
            return default;
        var start = (int)json.TokenStartIndex;
        json.Skip();
        return new(start, (int)json.BytesConsumed);
    }
}

/// <summary>One column of <c>entities</c>.</summary>
/// <param name="Name">Its bytes in the body, as written.</param>
/// <param name="Escaped">The name, when it was written with escapes; else null.</param>
/// <param name="Values">The list.</param>
internal readonly record struct RequestColumn(Range Name, string? Escaped, Range Values);

/// <summary>What is wrong with a body, as Feast's server tells it.</summary>
/// <param name="Type">Pydantic's name of the fault.</param>
/// <param name="Place">Members down to it.</param>
/// <param name="Message">For people.</param>
internal sealed record BodyFault(string Type, IReadOnlyList<string> Place, string Message)
{
    /// <summary>The same for our own API.</summary>
    public Failure Failure => Place.Count == 0
        ? Failure.Invalid("features.body_invalid", $"The body cannot be read: {Message}.")
        : Failure.Invalid("features.body_invalid", $"'{string.Join('.', Place)}' cannot be read: {Message}.");
}
