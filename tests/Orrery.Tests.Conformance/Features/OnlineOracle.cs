using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Orrery.Tests.Conformance.Features;

/// <summary>What was written, kept naively: a list of rows, of which each read looks for the best.</summary>
public sealed class OnlineOracle
{
    private static readonly Dictionary<string, (string[] Keys, string[] Features, TimeSpan? Ttl)> Views = new()
    {
        ["driver_stats"] = (["driver_id"], ["conv_rate", "trips", "note"], TimeSpan.FromDays(1)),
        ["one"] = (["driver_id"], ["a"], null),
        ["two"] = (["driver_id"], ["b"], null),
        ["pair_stats"] = (["driver_id", "customer_id"], ["rides"], null),
        ["world"] = ([], ["rate"], null),
    };

    private readonly List<(string View, string Key, DateTimeOffset Event, DateTimeOffset Created, JsonObject Row, int Order)> _rows = [];

    /// <summary>Takes one row of one view.</summary>
    public void Write(string view, JsonObject row, DateTimeOffset at, DateTimeOffset created) =>
        _rows.Add((view, KeyOf(view, name => row[name]), at, created, row, _rows.Count));

    public void Forget(string view) => _rows.RemoveAll(row => row.View == view);

    /// <summary>The answer for one row and feature: value, status, time.</summary>
    public (JsonNode? Value, string Status, string Time) Read(string view, string feature, Func<string, JsonNode?> entity, bool strict, DateTimeOffset now, TimeSpan? ttl, bool ttlAsked)
    {
        const string epoch = "1970-01-01T00:00:00Z";
        var key = KeyOf(view, entity);
        var best = _rows.Where(row => row.View == view && row.Key == key)
            .OrderBy(static row => row.Event).ThenBy(static row => row.Created).ThenBy(static row => row.Order).Cast<(string View, string Key, DateTimeOffset Event, DateTimeOffset Created, JsonObject Row, int Order)?>().LastOrDefault();
        if (best is not { } found || key.Contains("null", StringComparison.Ordinal))
            return (null, "NOT_FOUND", epoch);
        var time = Text(found.Event);
        var longest = ttlAsked ? ttl : strict ? Views[view].Ttl : null;
        if (longest is { } limit && now - found.Event > limit)
            return (null, "OUTSIDE_MAX_AGE", time);
        var value = found.Row[feature]?.DeepClone();
        return (value, strict && value is null ? "NULL_VALUE" : "PRESENT", time);
    }

    public static string Text(DateTimeOffset at)
    {
        var micros = at.UtcTicks / 10 % 1_000_000;
        var format = micros == 0 ? "yyyy-MM-dd'T'HH:mm:ss'Z'" : micros % 1_000 == 0 ? "yyyy-MM-dd'T'HH:mm:ss.fff'Z'" : "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";
        return at.UtcDateTime.ToString(format, CultureInfo.InvariantCulture);
    }

    private static string KeyOf(string view, Func<string, JsonNode?> value) =>
        string.Join("|", Views[view].Keys.Select(name => value(name) is { } node ? name + "=" + (node.GetValueKind() is JsonValueKind.String ? node.GetValue<string>() : node.ToJsonString()) : "null"));
}
