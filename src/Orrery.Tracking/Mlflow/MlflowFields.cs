using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Orrery.Kernel;

namespace Orrery.Tracking;

/// <summary>
/// The fields of one MLflow request or of one object within it, read as MLflow's own server reads them: protobuf-style JSON
/// with snake_case names, numbers as numbers or text, unknown fields ignored. The first wrong field is remembered in
/// <see cref="Failure"/>; readers then give defaults, so a handler reads all it needs and looks once.
/// </summary>
public sealed class MlflowFields
{
    private const string Hint = ". See the API docs for more information about request parameters.";
    private readonly JsonElement _json;
    private readonly IQueryCollection? _query;
    private readonly string _prefix;
    private readonly MlflowFields? _parent;
    private Failure? _failure;

    internal MlflowFields(JsonElement json)
        : this(json, prefix: "", parent: null)
    {
    }

    internal MlflowFields(IQueryCollection query)
    {
        _query = query;
        _prefix = "";
    }

    private MlflowFields(JsonElement json, string prefix, MlflowFields? parent)
    {
        _json = json;
        _prefix = prefix;
        _parent = parent;
    }

    /// <summary>What is wrong with the fields read so far; null when nothing is.</summary>
    public Failure? Failure => _failure;

    /// <summary>A text field; null when it is absent.</summary>
    public string? Text(string name) => Read(name, required: false, static element => element.ValueKind is JsonValueKind.String ? element.GetString() : null);

    /// <summary>A text field that must be there and not empty; "" when it is not, with <see cref="Failure"/> set.</summary>
    public string Required(string name)
    {
        var text = Read(name, required: true, static element => element.ValueKind is JsonValueKind.String ? element.GetString() : null);
        if (text is null || text.Length == 0)
        {
            Fail(Missing(_prefix + name));
            return "";
        }

        return text;
    }

    /// <summary>An id that must be there: text, or a whole number taken as text.</summary>
    public string RequiredId(string name)
    {
        var text = Read(name, required: true, Id);
        if (string.IsNullOrEmpty(text))
        {
            Fail(Missing(_prefix + name));
            return "";
        }

        return text;
    }

    /// <summary>A run's id, under the name <c>run_id</c> or the old <c>run_uuid</c>.</summary>
    public string RunId()
    {
        if (Has("run_id") || !Has("run_uuid"))
            return Required("run_id");
        return Required("run_uuid");
    }

    /// <summary>A whole number, given as a number or as text; null when it is absent.</summary>
    public long? Whole(string name) => Read<long?>(name, required: false, WholeOf);

    /// <summary>A whole number that must be there.</summary>
    public long RequiredWhole(string name) => Require(name, Read<long?>(name, required: true, WholeOf)) ?? 0;

    /// <summary>A number, given as a number or as text, <c>"NaN"</c>, <c>"Infinity"</c> and <c>"-Infinity"</c> among it.</summary>
    public double RequiredNumber(string name) => Require(name, Read<double?>(name, required: true, NumberOf)) ?? 0;

    /// <summary>A truth value; null when it is absent.</summary>
    public bool? Bool(string name) => Read<bool?>(name, required: false, static element => element.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.String when bool.TryParse(element.GetString(), out var parsed) => parsed,
        _ => null,
    });

    /// <summary>The name of an enum value, given as text or as its number; null when absent or unknown (MLflow ignores those).</summary>
    /// <param name="name">The field.</param>
    /// <param name="names">The enum's names; the value numbered <paramref name="first"/> comes first.</param>
    /// <param name="first">The number of the first name.</param>
    public string? Enum(string name, ReadOnlySpan<string> names, int first = 1)
    {
        if (!Find(name, out var element))
            return null;
        var text = element.ValueKind is JsonValueKind.Number ? element.GetRawText() : element.ValueKind is JsonValueKind.String ? element.GetString()! : "";
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return number >= first && number - first < names.Length ? names[number - first] : null;
        foreach (var known in names)
        {
            if (known == text)
                return known;
        }

        return null;
    }

    /// <summary>A list of texts (whole numbers are taken as text); empty when absent. In a query, the repeated key.</summary>
    public IReadOnlyList<string> Texts(string name)
    {
        if (_query is not null)
            return [.. _query[name].Where(static v => !string.IsNullOrEmpty(v))!];
        if (!Find(name, out var element))
            return [];
        if (element.ValueKind is not JsonValueKind.Array)
        {
            Fail(Invalid(_prefix + name, element));
            return [];
        }

        var texts = new List<string>(element.GetArrayLength());
        foreach (var item in element.EnumerateArray())
        {
            if (Id(item) is { } text)
                texts.Add(text);
            else
                Fail(Invalid($"{_prefix}{name}[{texts.Count}]", item));
        }

        return texts;
    }

    /// <summary>A list of objects; empty when absent.</summary>
    public IReadOnlyList<MlflowFields> Objects(string name)
    {
        if (!Find(name, out var element))
            return [];
        if (element.ValueKind is not JsonValueKind.Array)
        {
            Fail(Invalid(_prefix + name, element));
            return [];
        }

        var objects = new List<MlflowFields>(element.GetArrayLength());
        foreach (var item in element.EnumerateArray())
        {
            if (item.ValueKind is JsonValueKind.Object)
                objects.Add(new(item, $"{_prefix}{name}[{objects.Count}].", this));
            else
                Fail(Invalid($"{_prefix}{name}[{objects.Count}]", item));
        }

        return objects;
    }

    /// <summary>An object; null when absent.</summary>
    public MlflowFields? Nested(string name)
    {
        if (!Find(name, out var element))
            return null;
        if (element.ValueKind is JsonValueKind.Object)
            return new(element, $"{_prefix}{name}.", this);
        Fail(Invalid(_prefix + name, element));
        return null;
    }

    /// <summary>A list of <c>{"key": ..., "value": ...}</c>.</summary>
    public IReadOnlyList<Pair> Pairs(string name)
    {
        var objects = Objects(name);
        var pairs = new Pair[objects.Count];
        for (var i = 0; i < pairs.Length; i++)
            pairs[i] = new(objects[i].Required("key"), objects[i].Text("value") ?? "");
        return pairs;
    }

    /// <summary>True when the field is there and not null.</summary>
    public bool Has(string name) => Find(name, out _);

    /// <summary>Remembers the first wrong field.</summary>
    public void Fail(Failure failure)
    {
        _failure ??= failure;
        _parent?.Fail(failure);
    }

    /// <summary>MLflow's words for a field that is not there.</summary>
    public static Failure Missing(string path) =>
        Failure.Invalid("tracking.missing_field", $"Missing value for required parameter '{path}'{Hint}");

    /// <summary>MLflow's words for a field of the wrong type or range.</summary>
    /// <param name="path">The field.</param>
    /// <param name="value">Its value as JSON.</param>
    /// <param name="type">Its type's name in Python.</param>
    public static Failure Invalid(string path, string value, string type) => Failure.Invalid(
        "tracking.invalid_field",
        $"Invalid value {(value.Length > 500 ? value[..500] + "..." : value)} for parameter '{path}' supplied:  Hint: Value was of type '{type}'{Hint}");

    /// <summary>A bound on a page's size, as MLflow says it.</summary>
    public long MaxResults(long @default, long max, string name = "max_results")
    {
        var value = Whole(name) ?? @default;
        if (value > max)
        {
            if (_query is null)
                Fail(Invalid(name, value.ToString(CultureInfo.InvariantCulture), "int"));
            else
                Fail(Invalid(name, $"\"{value}\"", "str"));
        }
        else if (value < 1)
        {
            Fail(Failure.Invalid("tracking.invalid_field", $"Invalid value {value} for parameter '{name}' supplied. It must be a positive integer"));
        }

        return value;
    }

    private static Failure Invalid(string path, JsonElement value) => Invalid(path, value.GetRawText(), value.ValueKind switch
    {
        JsonValueKind.String => "str",
        JsonValueKind.Number => value.TryGetInt64(out _) ? "int" : "float",
        JsonValueKind.True or JsonValueKind.False => "bool",
        JsonValueKind.Array => "list",
        JsonValueKind.Object => "dict",
        _ => "NoneType",
    });

    private static string? Id(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => element.GetString(),
        JsonValueKind.Number when element.TryGetInt64(out var whole) => whole.ToString(CultureInfo.InvariantCulture),
        _ => null,
    };

    private static long? WholeOf(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Number when element.TryGetInt64(out var whole) => whole,
        JsonValueKind.Number when element.TryGetDouble(out var number) && Math.Abs(number) < 9e15 => (long)number,
        JsonValueKind.String when long.TryParse(element.GetString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var parsed) => parsed,
        _ => null,
    };

    private static double? NumberOf(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Number when element.TryGetDouble(out var number) => number,
        JsonValueKind.String => element.GetString() switch
        {
            "NaN" or "nan" => double.NaN,
            "Infinity" or "inf" => double.PositiveInfinity,
            "-Infinity" or "-inf" => double.NegativeInfinity,
            { } text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var parsed) => parsed,
            _ => null,
        },
        _ => null,
    };

    private T? Require<T>(string name, T? value)
        where T : struct
    {
        if (value is null)
            Fail(Missing(_prefix + name));
        return value;
    }

    private T? Read<T>(string name, bool required, Func<JsonElement, T?> read)
    {
        if (!Find(name, out var element))
        {
            if (required)
                Fail(Missing(_prefix + name));
            return default;
        }

        var value = read(element);
        if (value is null)
            Fail(Invalid(_prefix + name, element));
        return value;
    }

    private bool Find(string name, out JsonElement element)
    {
        element = default;
        if (_query is null)
            return _json.ValueKind is JsonValueKind.Object && _json.TryGetProperty(name, out element) && element.ValueKind is not JsonValueKind.Null;
        if (!_query.TryGetValue(name, out var values) || values.Count == 0 || values[0] is not { } text)
            return false;
        element = JsonSerializer.SerializeToElement(text, MlflowJson.Default.String);
        return true;
    }
}
