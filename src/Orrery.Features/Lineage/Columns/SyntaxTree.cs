using System.Text;
using System.Text.Json;
using Orrery.Native;

namespace Orrery.Features;

/// <summary>The syntax tree of a query, by DuckDB's parser, which runs nothing of it.</summary>
internal static class SyntaxTree
{
    /// <summary>Longest query, in bytes.</summary>
    public const int MostBytes = 256 << 10;

    /// <summary>Most nodes of a tree.</summary>
    public const int MostNodes = 20_000;

    // Levels of JSON; an expression in another is two or three of them.
    private const int MostLevels = 600;
    private const int MemoryBytes = 128 << 20;
    private const string Parse = "select json_serialize_sql(?::VARCHAR)";

    /// <summary>The tree, and the functions that aggregate; <see cref="QueryNotReadException"/>.</summary>
    public static (JsonDocument Tree, HashSet<string> Aggregates) Of(string query)
    {
        if (Encoding.UTF8.GetByteCount(query) > MostBytes)
            throw new QueryNotReadException($"it has more than {MostBytes >> 10} KiB");
        try
        {
            using var database = DuckDatabase.Open(null, new DuckOptions { Threads = 1, MemoryLimitBytes = MemoryBytes });
            using var connection = database.Connect();
            using var statement = connection.Prepare(Parse);
            using var reader = statement.Bind(1, query).Query();
            var json = reader.Read() ? reader.Value(0, 0) as string : null;
            return (Checked(json ?? throw new QueryNotReadException("the parser gave no tree")), AggregateStore.Names(connection));
        }
        catch (DuckException e)
        {
            throw new QueryNotReadException($"the parser refuses it: {Clip(e.Summary)}");
        }
        catch (Exception e) when (e is ArgumentException or JsonException)
        {
            throw new QueryNotReadException($"it is no text that can be parsed: {Clip(e.Message)}");
        }
    }

    private static JsonDocument Checked(string json)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        var tokens = new Utf8JsonReader(bytes, new() { MaxDepth = 1 << 16 });
        for (var nodes = 0; tokens.Read();)
        {
            if (tokens.CurrentDepth > MostLevels)
                throw new QueryNotReadException("its parts lie too deep in one another");
            if (tokens.TokenType is JsonTokenType.StartObject && ++nodes > MostNodes)
                throw new QueryNotReadException($"its tree has more than {MostNodes} nodes");
        }

        var tree = JsonDocument.Parse(bytes, new() { MaxDepth = MostLevels + 1 });
        if (tree.RootElement.TryGetProperty("error", out var error) && error.ValueKind is not JsonValueKind.False)
        {
            var message = tree.RootElement.TryGetProperty("error_message", out var text) ? text.GetString() : null;
            tree.Dispose();
            throw new QueryNotReadException($"the parser refuses it: {Clip(message ?? "no reason given")}");
        }

        return tree;
    }

    private static string Clip(string text) => text.Length > 200 ? text[..200] + "..." : text;
}
