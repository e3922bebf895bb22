using System.Text;
using System.Text.Json;
using Orrery.Features;

namespace Orrery.Serving;

/// <summary>Where the inputs of a prediction came from that were looked up: kept for the log when the lookup itself is over.</summary>
internal sealed class LookupRecord
{
    private readonly string?[] _entities;
    private readonly long?[] _times;
    private readonly bool[] _lookedUp;
    private readonly IReadOnlyList<string> _sources;
    private readonly LookupFeature?[] _features;
    private readonly LookupBinding _binding;

    private LookupRecord(LookupWork work, LookupAnswer answer)
    {
        _binding = work.Binding!;
        _sources = answer.Sources;
        var columns = _binding.Columns;
        _features = [.. columns.Select(column => column.Feature < 0 ? null : answer.Feature(column.Feature))];
        (_entities, _times, _lookedUp) = (new string?[work.Rows], new long?[work.Rows * _sources.Count], new bool[work.Rows * columns.Count]);
        var text = new StringBuilder();
        for (var row = 0; row < work.Rows; row++)
        {
            text.Clear();
            answer.WriteEntity(text, row);
            _entities[row] = text.Length > 0 ? text.ToString() : null;
            for (var source = 0; source < _sources.Count; source++)
                _times[(row * _sources.Count) + source] = answer.EventTime(source, row);
            for (var column = 0; column < columns.Count; column++)
                _lookedUp[(row * columns.Count) + column] = !work.IsGiven(row, column);
        }
    }

    /// <summary>Of a lookup that was made; null of none.</summary>
    public static LookupRecord? Of(LookupWork? work) => work?.Answer is { } answer ? new(work, answer) : null;

    /// <summary>Whom a row is about: <c>customer_id=123</c>; null when it gave no key.</summary>
    public string? Entity(int row) => _entities[row];

    /// <summary>Writes where a row's values came from.</summary>
    public void Write(Utf8JsonWriter json, int row)
    {
        json.WriteStartObject();
        json.WriteString("project"u8, _binding.Lookup.Project);
        if (_binding.Lookup.Service is { } service)
            json.WriteString("service"u8, service);
        json.WriteStartArray("views"u8);
        for (var source = 0; source < _sources.Count; source++)
            Write(json, row, source, _sources[source]);
        foreach (var computed in _features.Where(static feature => feature is { Source: < 0 }).Select(static feature => feature!.View).Distinct())
            Write(json, row, -1, computed);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private void Write(Utf8JsonWriter json, int row, int source, string view)
    {
        json.WriteStartObject();
        json.WriteString("view"u8, view);
        if (source >= 0 && _times[(row * _sources.Count) + source] is { } time)
            json.WriteNumber("event_time"u8, time / 1000);
        json.WriteStartArray("columns"u8);
        for (var column = 0; column < _features.Length; column++)
        {
            if (_features[column] is { } feature && feature.Source == source && feature.View == view && _lookedUp[(row * _features.Length) + column])
                json.WriteStringValue(_binding.Columns[column].Name);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
