using System.Text.Json;
using Orrery.Contracts;

namespace Orrery.Features;

/// <summary>Data sources of a Feast registry as sources.</summary>
internal sealed class FeastSources(FeastGaps gaps)
{
    private const string Kind = "data_source";

    /// <summary>Warehouse that tables and queries of databases are read from, until it is named otherwise.</summary>
    private const string Warehouse = "feast";

    private readonly Dictionary<string, SourceDocument?> _sources = [];

    /// <summary>Those that were carried over.</summary>
    public IReadOnlyList<SourceDocument> Documents => [.. _sources.Values.OfType<SourceDocument>().OrderBy(static source => source.Name, StringComparer.Ordinal)];

    /// <summary>Takes a source, once; its name here, or null when it is left out.</summary>
    public string? Add(WireMessage source)
    {
        var name = source.Text(20);
        if (!_sources.TryGetValue(name, out var document))
            _sources[name] = document = Read(source, name);
        return document?.Name;
    }

    private SourceDocument? Read(WireMessage source, string name)
    {
        var made = new SourceDocument
        {
            Name = gaps.Named(Kind, name, isView: false),
            TimestampColumn = source.TextOrNull(3)!,
            CreatedColumn = source.TextOrNull(5),
            FieldMapping = source.Map(2),
            Description = source.TextOrNull(23),
            Owner = source.TextOrNull(25),
            Tags = source.Map(24),
        };
        return source.Number(1) switch
        {
            1 => File(source.Message(11), made, name),
            5 => Table(source.Message(15), made, name, schema: 3, "Redshift"),
            9 => Push(source, made, name),
            6 => Custom(source, made, name),
            7 => null, // Request data: fields of on-demand views, no source.
            2 => LeftOut(name, "BigQuery sources are not read; copy the table to a PostgreSQL-wire warehouse, or export Parquet."),
            3 => LeftOut(name, "Kafka sources are not read; push the values, or name a batch source."),
            4 => LeftOut(name, "Kinesis sources are not read; push the values, or name a batch source."),
            8 => LeftOut(name, "Snowflake sources are not read; copy the table to a PostgreSQL-wire warehouse, or export Parquet."),
            10 => LeftOut(name, "Trino sources are not read; copy the table to a PostgreSQL-wire warehouse, or export Parquet."),
            11 => Spark(source.Message(27), made, name),
            12 => LeftOut(name, "Athena sources are not read; name the Parquet files below the table."),
            13 => LeftOut(name, "Iceberg tables are not read; name the Parquet files below the table."),
            var number => LeftOut(name, $"sources of type {number} are not known."),
        };
    }

    private SourceDocument? File(WireMessage? options, SourceDocument made, string name)
    {
        var uri = options?.Text(2) ?? "";
        if (options?.Message(1) is { } format && format.Has(2))
            return LeftOut(name, "Delta tables are not read; name the Parquet files below the table.");
        return Files(uri, made, name, SourceCompiler.FormatOf(uri) ?? "parquet");
    }

    private SourceDocument? Files(string uri, SourceDocument made, string name, string format)
    {
        if (uri.Contains("://", StringComparison.Ordinal) && !uri.StartsWith("file://", StringComparison.Ordinal) && !uri.StartsWith("s3://", StringComparison.Ordinal))
            return LeftOut(name, $"files at '{DefinitionNames.Clip(uri)}' are not read; s3:// and uploaded files are.");
        var path = uri.StartsWith("file://", StringComparison.Ordinal) && !uri.StartsWith("file:///", StringComparison.Ordinal) ? uri["file://".Length..] : uri;
        if (path.StartsWith('/'))
            path = "file://" + path;
        path = path.StartsWith("./", StringComparison.Ordinal) ? path[2..] : path;
        if (path.Length == 0 || path.Split('/').Contains(".."))
            return LeftOut(name, $"its path '{DefinitionNames.Clip(uri)}' leads out of the folder; upload the files and name them.");
        if (SourceCompiler.FormatOf(path) is null && !path.Contains('*', StringComparison.Ordinal))
            path = path.TrimEnd('/') + "/*." + format;
        if (path.StartsWith("file:///", StringComparison.Ordinal) || !path.Contains("://", StringComparison.Ordinal))
            gaps.Changed(Kind, name, $"reads '{path}': upload the files to the workspace, or have the folder allowed on the server.");
        return made with { Type = "file", Path = path, Format = format };
    }

    private SourceDocument? Spark(WireMessage? options, SourceDocument made, string name) =>
        options?.TextOrNull(3) is { } path && options.Text(4) is "parquet" or "csv"
            ? Files(path, made, name, options.Text(4))
            : LeftOut(name, "Spark tables and queries are not read; name their Parquet files.");

    private SourceDocument? Table(WireMessage? options, SourceDocument made, string name, int schema, string product)
    {
        if (options is null)
            return LeftOut(name, "it says neither table nor query.");
        gaps.Changed(Kind, name, $"is read from the warehouse '{Warehouse}': give its connection to {product} in the server's configuration.");
        if (options.TextOrNull(2) is { } query)
            return made with { Type = "query", Query = query, Warehouse = Warehouse };
        return made with { Type = "table", Table = options.TextOrNull(schema) is { } space ? $"{space}.{options.Text(1)}" : options.Text(1), Warehouse = Warehouse };
    }

    private SourceDocument? Push(WireMessage source, SourceDocument made, string name)
    {
        // A push source's history is no push source itself; who nests them without end is not followed.
        var batch = source.Message(26) is { } history && history.Number(1) != 9 ? Add(history) : null;
        if (batch is null)
            gaps.Changed(Kind, name, "has no batch source that could be carried over: what is pushed is kept by the platform.");
        return made with { Type = "push", Batch = batch };
    }

    private SourceDocument? Custom(WireMessage source, SourceDocument made, string name)
    {
        var type = source.Text(17);
        if (!type.EndsWith("PostgreSQLSource", StringComparison.Ordinal))
            return LeftOut(name, $"sources of class '{DefinitionNames.Clip(type)}' are not read.");
        try
        {
            using var json = JsonDocument.Parse(source.Message(16)?.Text(1) ?? "{}");
            var (table, query) = (Text(json.RootElement, "table"), Text(json.RootElement, "query"));
            if (table is null && query is null)
                return LeftOut(name, "it says neither table nor query.");
            gaps.Changed(Kind, name, $"is read from the warehouse '{Warehouse}': give its connection to PostgreSQL in the server's configuration.");
            return query is null ? made with { Type = "table", Table = table, Warehouse = Warehouse } : made with { Type = "query", Query = query, Warehouse = Warehouse };
        }
        catch (JsonException)
        {
            return LeftOut(name, "its configuration cannot be read.");
        }
    }

    private static string? Text(JsonElement json, string name) =>
        json.ValueKind is JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;

    private SourceDocument? LeftOut(string name, string reason)
    {
        gaps.LeftOut(Kind, name, reason);
        return null;
    }
}
