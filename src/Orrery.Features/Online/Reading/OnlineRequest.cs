using System.Text;
using System.Text.Json;

namespace Orrery.Features;

/// <summary>
/// What a body of <c>get-online-features</c> says, by place: names and values stay bytes of the body until the plan knows their types.
/// Pooled; one at a time.
/// </summary>
internal sealed class OnlineRequest
{
    private const int MaxColumns = 1_000;
    private const int MaxFaults = 100;
    private readonly List<RequestColumn> _columns = [];
    private List<BodyFault>? _faults;

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
    /// <returns>All that is wrong with it; null when nothing is.</returns>
    public IReadOnlyList<BodyFault>? Read(ReadOnlyMemory<byte> body)
    {
        Body = body;
        _columns.Clear();
        _faults = null;
        Features = Service = Ttl = default;
        FullNames = false;
        try
        {
            ReadMembers(new Utf8JsonReader(body.Span));
            return _faults;
        }
        catch (JsonException e)
        {
            return [BodyFault.NotJson(e.Message)];
        }
    }

    public void Clear()
    {
        Body = default;
        _columns.Clear();
        _faults = null;
    }

    private void ReadMembers(Utf8JsonReader json)
    {
        if (!json.Read() || json.TokenType is not JsonTokenType.StartObject)
        {
            Blame(BodyFault.NoObject(Raw(ref json)));
            json.Read();
            return;
        }

        var hasEntities = false;
        while (json.Read() && json.TokenType is JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("entities"u8))
            {
                hasEntities = true;
                ReadEntities(ref json);
            }
            else
            {
                ReadMember(ref json);
            }
        }

        json.Read();
        if (!hasEntities)
            Blame(BodyFault.Missing("entities", Encoding.UTF8.GetString(Body.Span)));
    }

    private void ReadMember(ref Utf8JsonReader json)
    {
        if (json.ValueTextEquals("features"u8))
        {
            ReadFeatures(ref json);
        }
        else if (json.ValueTextEquals("feature_service"u8))
        {
            json.Read();
            if (json.TokenType is not (JsonTokenType.String or JsonTokenType.Null))
                Blame(BodyFault.NoText(["feature_service"], Raw(ref json)));
            else if (json.TokenType is JsonTokenType.String && !json.ValueTextEquals(""u8))
                Service = Skip(ref json);
        }
        else if (json.ValueTextEquals("full_feature_names"u8))
        {
            json.Read();
            if (LenientBool.Of(ref json) is { } given)
                FullNames = given;
            else
                Blame(BodyFault.NoBool("full_feature_names", isSingle: json.TokenType is JsonTokenType.String or JsonTokenType.Number, input: Raw(ref json)));
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
    }

    private void ReadFeatures(ref Utf8JsonReader json)
    {
        json.Read();
        if (json.TokenType is JsonTokenType.Null)
            return;
        if (json.TokenType is not JsonTokenType.StartArray)
        {
            Blame(BodyFault.NoList(["features"], Raw(ref json)));
            return;
        }

        var start = (int)json.TokenStartIndex;
        for (var at = 0; json.Read() && json.TokenType is not JsonTokenType.EndArray; at++)
        {
            if (json.TokenType is not JsonTokenType.String)
                Blame(BodyFault.NoText(["features", at.ToString(System.Globalization.CultureInfo.InvariantCulture)], Raw(ref json)));
        }

        Features = new(start, (int)json.BytesConsumed);
    }

    private void ReadEntities(ref Utf8JsonReader json)
    {
        json.Read();
        if (json.TokenType is not JsonTokenType.StartObject)
        {
            Blame(BodyFault.NoMembers(["entities"], Raw(ref json)));
            return;
        }

        while (json.Read() && json.TokenType is JsonTokenType.PropertyName)
        {
            var start = (int)json.TokenStartIndex + 1;
            var name = new Range(start, start + json.ValueSpan.Length);
            var escaped = json.ValueIsEscaped ? json.GetString() : null;
            json.Read();
            if (json.TokenType is not JsonTokenType.StartArray)
            {
                Blame(BodyFault.NoList(["entities", escaped ?? Encoding.UTF8.GetString(Slice(name))], Raw(ref json)));
                continue;
            }

            if (_columns.Count == MaxColumns)
                Blame(new("too_long", ["entities"], $"Dictionary should have at most {MaxColumns} items"));
            var values = Skip(ref json);
            if (_columns.Count < MaxColumns)
                _columns.Add(new(name, escaped, values));
        }
    }

    private void Blame(BodyFault fault)
    {
        _faults ??= [];
        if (_faults.Count < MaxFaults)
            _faults.Add(fault);
    }

    // The value at the reader, which moves past it.
    private string Raw(ref Utf8JsonReader json)
    {
        var start = (int)json.TokenStartIndex;
        json.Skip();
        return Encoding.UTF8.GetString(Body.Span[start..(int)json.BytesConsumed]);
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
