using Orrery.Kernel;
using Orrery.Native;

namespace Orrery.Features;

/// <summary>Makes the sources of a project readable on one connection of the embedded engine, each once.</summary>
internal sealed class DuckRelations(DuckLease lease, FeatureProject project, SourceFiles files, PushedRows pushed, SourcePins? pins = null)
{
    private const string Row = "orrery_row";
    private const string ReservedPrefix = "orrery_";

    private readonly SourcePins _pins = pins ?? new();
    private readonly Dictionary<string, SourceRelation> _made = new(StringComparer.Ordinal);

    /// <summary>What has been read of sources so far, for a snapshot.</summary>
    public SourceSnapshot Snapshot { get; } = new();

    /// <summary>
    /// A source; <c>features.source_file_missing</c>, <c>features.source_unreadable</c>, <c>features.query_invalid</c>,
    /// <c>features.warehouse_missing</c>.
    /// </summary>
    public async ValueTask<Result<SourceRelation>> OfAsync(FeatureSource source, CancellationToken cancel)
    {
        if (_made.TryGetValue(source.Name, out var made))
            return made;
        var result = source.Kind switch
        {
            SourceKind.File => await FileAsync(source, cancel),
            SourceKind.Query => await QueryAsync(source, cancel),
            SourceKind.Push when source.Batch is { } batch => await OfAsync(batch, cancel),
            SourceKind.Push => await pushed.RelationAsync(
                lease, project, source, Snapshot, cancel, _pins.Sequences.TryGetValue(source.Name, out var until) ? until : null),
            _ => Failure.Invalid("features.warehouse_missing", $"Source {source.Name} is a table without a warehouse; name one of the server's warehouses."),
        };
        if (result.Succeeded)
            _made[source.Name] = result.Value;
        return result;
    }

    private async ValueTask<Result<SourceRelation>> FileAsync(FeatureSource source, CancellationToken cancel)
    {
        if ((await TableAsync(source, cancel)).Failed(out var wrong, out var table))
            return wrong;
        var (from, isParquet, _) = table;
        try
        {
            return isParquet
                ? Relation(source, from, lease.Columns(from, cancel), $"cast(file_index as bigint) * 1099511627776 + file_row_number")
                : Relation(source, Numbered(from), lease.Columns(from, cancel), Row);
        }
        catch (DuckException e)
        {
            return Unreadable(source, e);
        }
    }

    private async ValueTask<Result<(string From, bool IsParquet, IReadOnlyList<string> Files)>> TableAsync(FeatureSource source, CancellationToken cancel)
    {
        if (!_pins.Files.TryGetValue(source.Name, out var found) && (await files.LocalAsync(project, source, cancel)).Failed(out var wrong, out found))
            return wrong;
        Snapshot.Add(source, found);
        List<string> paths = [.. found.Select(static file => file.Path)];
        return FileFormats.IsCsv(source)
            ? (CsvSql.Relation(paths, source.Document.NullValues, FileFormats.IsTabbed(source)), false, paths)
            : ($"read_parquet([{string.Join(", ", paths.Select(Quote.Text))}]{(found.Count > 1 ? ", union_by_name = true" : "")})", true, paths);
    }

    private async ValueTask<Result<SourceRelation>> QueryAsync(FeatureSource source, CancellationToken cancel)
    {
        var query = source.Document.Query ?? "";
        if ((await InputsAsync(source, query, cancel)).Failed(out var wrong, out var inputs))
            return wrong;
        try
        {
            if (QueryEngine.Run(query, inputs, lease.QueryLimits, lease.Scratch, cancel) is not { } file)
                return Failure.Invalid("features.query_invalid", $"The query of source {source.Name} must be one select that reads data and changes no settings.");
            var from = $"read_parquet({Quote.Text(file)})";
            Snapshot.AddQuery(source);
            return Relation(source, from, lease.Columns(from, cancel), "file_row_number");
        }
        catch (QueryTooLargeException)
        {
            return new Failure(
                FailureKind.TooLarge,
                "features.query_too_large",
                $"The query of source {source.Name} gives more than {lease.QueryLimits.DiskBytes >> 20} MiB (setting Orrery:Features:DuckDb:QueryResultMb).");
        }
        catch (DuckException e)
        {
            return Failure.Invalid("features.query_invalid", $"The query of source {source.Name} does not run: {e.Summary}");
        }
    }

    // The file sources that a query names are views beside it.
    private async ValueTask<Result<List<QueryInput>>> InputsAsync(FeatureSource source, string query, CancellationToken cancel)
    {
        IReadOnlySet<string> named;
        try
        {
            named = QueryTables.Of(lease, query);
        }
        catch (DuckException e)
        {
            return Failure.Invalid("features.query_invalid", $"The query of source {source.Name} does not run: {e.Summary}");
        }

        var inputs = new List<QueryInput>();
        foreach (var other in project.Sources.Values.Where(other => other.Kind is SourceKind.File && named.Contains(other.Name)))
        {
            if (other.Name.StartsWith(ReservedPrefix, StringComparison.OrdinalIgnoreCase))
                return Failure.Invalid("features.query_invalid", $"The query of source {source.Name} names {other.Name}; names that begin with {ReservedPrefix} are the server's.");
            if ((await TableAsync(other, cancel)).Failed(out var wrong, out var table))
                return wrong;
            inputs.Add(new(other.Name, table.From, table.Files));
        }

        return inputs;
    }

    // The rows' order is that in which the engine reads them, which it keeps.
    private static string Numbered(string from) => $"(select *, row_number() over () as {Row} from {from})";

    private static SourceRelation Relation(FeatureSource source, string from, IReadOnlyList<DuckColumn> columns, string sequence)
    {
        var byName = new Dictionary<string, SourceColumn>(StringComparer.Ordinal);
        foreach (var column in columns)
            byName.TryAdd(column.Name, new(column.Name, Quote.Name(column.Name), DuckDbDialect.TypeOf(column.Type), column.Type.ToString()));
        return new()
        {
            Source = source,
            From = from,
            Sequence = sequence,
            Find = name => byName.GetValueOrDefault(name),
            Known = string.Join(", ", columns.Take(50).Select(static c => c.Name)),
        };
    }

    private static Failure Unreadable(FeatureSource source, DuckException e) =>
        Failure.Invalid("features.source_unreadable", $"Source {source.Name} cannot be read: {e.Summary}");
}
