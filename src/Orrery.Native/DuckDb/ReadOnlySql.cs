using System.Text;
using System.Text.Json;

namespace Orrery.Native;

/// <summary>Whether a SELECT only reads. DuckDB has functions that act on the whole database and that no setting locks.</summary>
internal static class ReadOnlySql
{
    /// <summary>DuckDB's own parser writes a SELECT as JSON, every function that it names included.</summary>
    public const string Parse = "SELECT json_serialize_sql(?::VARCHAR)";

    // DuckDB refuses expressions deeper than 1,000, each of which is a few levels of JSON.
    private const int MaxDepth = 1 << 16;

    /// <summary>
    /// Functions that change settings, write or advance something, run SQL that the parser does not see, read memory by address, or tell what other
    /// connections run.
    /// </summary>
    public static readonly IReadOnlySet<string> Acting = new HashSet<string>(StringComparer.OrdinalIgnoreCase)
    {
        "enable_logging", "disable_logging", "truncate_duckdb_logs", "duckdb_logs", "duckdb_log_contexts", "write_log",
        "enable_profiling", "disable_profiling", "enable_peg_parser", "disable_peg_parser",
        "checkpoint", "force_checkpoint", "nextval", "setseed",
        "query", "query_table", "json_execute_serialized_sql", "duckdb_prepared_statements",
        "arrow_scan", "arrow_scan_dumb", "seq_scan", "duckdb_secrets", "which_secret",
    };

    /// <summary>Of the JSON of <see cref="Parse"/>: false when it is an error, since then nobody knows.</summary>
    public static bool NamesNoneThatActs(string json)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(json), new() { MaxDepth = MaxDepth });
        while (reader.Read())
        {
            if (reader.TokenType is not JsonTokenType.PropertyName)
                continue;
            var isError = reader.CurrentDepth == 1 && reader.ValueTextEquals("error"u8);
            var isFunction = reader.ValueTextEquals("function_name"u8);
            _ = reader.Read();
            if (isError && reader.TokenType is not JsonTokenType.False)
                return false;
            if (isFunction && reader.TokenType is JsonTokenType.String && Acting.Contains(reader.GetString()!))
                return false;
        }

        return true;
    }
}
