using System.Text.Json;
using Orrery.Kernel;

namespace Orrery.Features;

/// <summary>What a request says of ttl: nothing, one for all views, or one for single views.</summary>
internal sealed class TtlOverride
{
    private readonly Dictionary<string, long?> _ofViews = [];
    private long? _ofAll;
    private bool _forAll;

    /// <summary>One for all views.</summary>
    public static TtlOverride OfAll(TimeSpan ttl) => new() { _ofAll = ttl.Ticks / TimeSpan.TicksPerMicrosecond, _forAll = true };

    /// <summary>Whether the request says something of the view, and what: microseconds, null for ever.</summary>
    public bool TryFind(FeatureView view, out long? ttl)
    {
        if (_ofViews.TryGetValue(view.Name, out ttl))
            return true;
        ttl = _ofAll;
        return _forAll;
    }

    /// <summary>Reads <c>60</c>, <c>"none"</c> or <c>{"view": 60, "other": "none"}</c>; null for nothing. <c>features.ttl_invalid</c>.</summary>
    public static Result<TtlOverride?> Read(FeatureProject project, OnlineRequest request)
    {
        if (OnlineRequest.IsEmpty(request.Ttl))
            return (TtlOverride?)null;
        var json = new Utf8JsonReader(request.Slice(request.Ttl));
        json.Read();
        var made = new TtlOverride();
        if (json.TokenType is not JsonTokenType.StartObject)
        {
            made._forAll = true;
            return TryOne(ref json, out made._ofAll) ? made : Wrong(JsonCast.Show(ref json));
        }

        while (json.Read() && json.TokenType is JsonTokenType.PropertyName)
        {
            var view = json.GetString()!;
            json.Read();
            if (!TryOne(ref json, out var ttl))
                return Wrong(JsonCast.Show(ref json));
            if (project.FindView(view, version: null) is null)
                return Failure.Invalid("features.ttl_invalid", $"'ttl' names {DefinitionNames.Clip(view)}, which is no feature view of project {project.Name}.");
            made._ofViews[view] = ttl;
        }

        return made;
    }

    private static bool TryOne(ref Utf8JsonReader json, out long? ttl)
    {
        ttl = null;
        if (json.TokenType is JsonTokenType.String)
            return json.ValueTextEquals("none"u8);
        if (json.TokenType is not JsonTokenType.Number || !json.TryGetDouble(out var seconds) || !(seconds is > 0 and < 4e9))
            return false;
        ttl = (long)(seconds * 1e6);
        return true;
    }

    private static Failure Wrong(string shown) => Failure.Invalid(
        "features.ttl_invalid", $"'ttl' is {shown}; it must be seconds above 0, \"none\", or an object from views to one of them.");
}
