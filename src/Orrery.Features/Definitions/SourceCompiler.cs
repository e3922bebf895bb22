using System.Collections.Frozen;
using Orrery.Contracts;

namespace Orrery.Features;

/// <summary>Checks and compiles sources.</summary>
internal static class SourceCompiler
{
    private const int LongestQuery = 20_000;
    private const int LongestPath = 1024;

    /// <summary>The source; null when something is wrong with it, which is noted.</summary>
    /// <param name="version">Its definition.</param>
    /// <param name="batch">Of a push source: the compiled source that its definition names; null when that is missing or wrong.</param>
    /// <param name="faults">Takes what is wrong.</param>
    public static FeatureSource? Compile(DefinitionVersion version, FeatureSource? batch, CompileFaults faults)
    {
        var document = version.Source;
        var before = faults.Count;
        if (Kind(document.Type) is not { } kind)
        {
            faults.Add(version.Path + ".type", document.Type.Length == 0
                ? "is missing; a source is a file, table, query or push"
                : $"is '{DefinitionNames.Clip(document.Type)}'; a source is a file, table, query or push");
            return null;
        }

        CheckFields(document, kind, version.Path, faults);
        CheckColumns(document, version.Path, faults);
        var rules = QualityRule.Compile(document.Rules, version.Path + ".rules", ofSource: true, faults);
        if (faults.Count > before || (kind is SourceKind.Push && document.Batch is not null && batch is null))
            return null;
        return new()
        {
            Name = version.Name,
            Kind = kind,
            Document = document,
            TimestampColumn = document.TimestampColumn,
            CreatedColumn = document.CreatedColumn,
            Rules = rules,
            ColumnOf = document.FieldMapping.ToFrozenDictionary(static pair => pair.Value, static pair => pair.Key),
            Batch = batch,
        };
    }

    private static SourceKind? Kind(string type) => type switch
    {
        "file" => SourceKind.File,
        "table" => SourceKind.Table,
        "query" => SourceKind.Query,
        "push" => SourceKind.Push,
        _ => null,
    };

    private static void CheckFields(SourceDocument document, SourceKind kind, string path, CompileFaults faults)
    {
        Only("path", document.Path, kind is SourceKind.File, required: true);
        Only("format", document.Format, kind is SourceKind.File, required: false);
        Only("table", document.Table, kind is SourceKind.Table, required: true);
        Only("query", document.Query, kind is SourceKind.Query, required: true);
        Only("warehouse", document.Warehouse, kind is SourceKind.Table or SourceKind.Query, required: false);
        Only("batch", document.Batch, kind is SourceKind.Push, required: false);
        if (kind is SourceKind.File && !string.IsNullOrEmpty(document.Path))
        {
            faults.Check(path + ".path", PathProblem(document.Path));
            faults.Check(path + ".format", FormatProblem(document));
        }

        if (kind is SourceKind.Table && !string.IsNullOrEmpty(document.Table))
            faults.Check(path + ".table", TableProblem(document.Table));
        if (kind is SourceKind.Query && !string.IsNullOrEmpty(document.Query))
            faults.Check(path + ".query", QueryProblem(document.Query));

        void Only(string field, string? value, bool belongs, bool required)
        {
            if (belongs && string.IsNullOrEmpty(value) && (required || value is not null))
                faults.Add($"{path}.{field}", value is null ? $"is missing; a {document.Type} source has one" : "is empty");
            else if (!belongs && value is not null)
                faults.Add($"{path}.{field}", $"does not belong to a {document.Type} source");
        }
    }

    private static void CheckColumns(SourceDocument document, string path, CompileFaults faults)
    {
        faults.Check(path + ".timestamp_column", DefinitionNames.SourceColumnProblem(document.TimestampColumn));
        if (document.CreatedColumn is { } created && faults.Check(path + ".created_column", DefinitionNames.SourceColumnProblem(created)) && created == document.TimestampColumn)
            faults.Add(path + ".created_column", $"is '{created}', the timestamp column; leave it out when there is no time of its own");
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (from, to) in document.FieldMapping.OrderBy(static pair => pair.Key, StringComparer.Ordinal))
        {
            var field = $"{path}.field_mapping.{DefinitionNames.Clip(from)}";
            faults.Check(field, DefinitionNames.SourceColumnProblem(from));
            if (faults.Check(field, DefinitionNames.ColumnProblem(to)) && !names.Add(to))
                faults.Add(field, $"is '{to}', which another column is mapped to already");
        }
    }

    private static string? PathProblem(string path)
    {
        if (path.Length > LongestPath || path.Any(char.IsControl))
            return $"is '{DefinitionNames.Clip(path)}'; a path has 1 to {LongestPath} characters and no control characters";
        if (path.Contains('\\', StringComparison.Ordinal))
            return $"is '{DefinitionNames.Clip(path)}'; parts of a path are divided by '/'";
        var rest = path.StartsWith("file:///", StringComparison.Ordinal) ? path[8..] : path.StartsWith("s3://", StringComparison.Ordinal) ? path[5..] : path;
        if (rest.Contains("://", StringComparison.Ordinal) || rest.StartsWith('/'))
            return $"is '{DefinitionNames.Clip(path)}'; give a path below the workspace's files, file:///... or s3://bucket/...";
        return rest.Split('/').Any(static part => part is ".." or "." or "")
            ? $"is '{DefinitionNames.Clip(path)}'; no part of a path may be empty, '.' or '..'"
            : null;
    }

    private static string? FormatProblem(SourceDocument document) => document.Format switch
    {
        "parquet" or "csv" or "" => null,
        { } format => $"is '{DefinitionNames.Clip(format)}'; a file source is parquet or csv",
        null when FormatOf(document.Path!) is null => $"is missing, and '{DefinitionNames.Clip(document.Path!)}' ends with neither .parquet nor .csv",
        null => null,
    };

    /// <summary>The format that a path's ending tells; null for none.</summary>
    internal static string? FormatOf(string path) =>
        path.EndsWith(".parquet", StringComparison.OrdinalIgnoreCase) ? "parquet"
        : path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".csv.gz", StringComparison.OrdinalIgnoreCase) ? "csv"
        : null;

    private static string? TableProblem(string table) => table.Split('.') is { Length: 1 or 2 } parts && parts.All(static part => DefinitionNames.SourceColumnProblem(part) is null && !part.Contains('"', StringComparison.Ordinal))
        ? null
        : $"is '{DefinitionNames.Clip(table)}'; write 'table' or 'schema.table', without quotes";

    private static string? QueryProblem(string query)
    {
        var text = query.Trim();
        if (query.Length > LongestQuery || query.Contains('\0', StringComparison.Ordinal))
            return $"has {query.Length} characters; a query has 1 to {LongestQuery} and no U+0000";
        return text.StartsWith("select", StringComparison.OrdinalIgnoreCase) || text.StartsWith("with", StringComparison.OrdinalIgnoreCase) || text.StartsWith("--", StringComparison.Ordinal) || text.StartsWith("/*", StringComparison.Ordinal)
            ? null
            : $"begins with '{DefinitionNames.Clip(text)}'; a query is one select";
    }
}
