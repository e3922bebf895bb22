using System.Text;
using System.Text.Json;

namespace Orrery.Features;

/// <summary>The tables that a query names, as DuckDB's own parser finds them.</summary>
internal static class QueryTables
{
    // DuckDB refuses expressions deeper than 1,000, each of which is a few levels of JSON.
    private const int MaxDepth = 1 << 16;

    /// <summary>Names without schema, whatever their case; none of a query that cannot be read.</summary>
    public static IReadOnlySet<string> Of(DuckLease lease, string query)
    {
        using var statement = lease.Connection.Prepare("SELECT json_serialize_sql(?::VARCHAR)");
        using var reader = statement.Bind(1, query).Query();
        return reader.Read() && reader.Value(0, 0) is string json ? Named(json) : new HashSet<string>();
    }

    private static HashSet<string> Named(string json)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var tokens = new Utf8JsonReader(Encoding.UTF8.GetBytes(json), new() { MaxDepth = MaxDepth });
        while (tokens.Read())
        {
            if (tokens.TokenType is not JsonTokenType.PropertyName || !tokens.ValueTextEquals("table_name"u8))
                continue;
            tokens.Read();
            if (tokens.TokenType is JsonTokenType.String && tokens.GetString() is { Length: > 0 } name)
                names.Add(name);
        }

        return names;
    }
}
