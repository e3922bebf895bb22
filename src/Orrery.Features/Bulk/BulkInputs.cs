using Npgsql;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Native;

namespace Orrery.Features;

/// <summary>
/// Rows of a workspace that modules above read in bulk: files that were uploaded, those of folders and buckets that the server allows, queries of them, and
/// tables and queries of warehouses that the workspace may read. Whoever asks has checked that the caller may see restricted rows.
/// </summary>
public sealed class BulkInputs
{
    private const string Loaded = "orrery_bulk";
    private const string Input = "input";

    private readonly SourceFiles _files;
    private readonly DuckEngines _engines;
    private readonly Warehouses _warehouses;

    internal BulkInputs(SourceFiles files, DuckEngines engines, Warehouses warehouses)
    {
        _files = files;
        _engines = engines;
        _warehouses = warehouses;
    }

    /// <summary>What a file is written in, by its name's ending; null when that does not say.</summary>
    public static BulkFormat? FormatOf(string name)
    {
        var plain = name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? name[..^3] : name;
        return Path.GetExtension(plain).ToUpperInvariant() switch
        {
            ".PARQUET" or ".PQ" => BulkFormat.Parquet,
            ".CSV" or ".TSV" => BulkFormat.Csv,
            ".JSONL" or ".NDJSON" => BulkFormat.Jsonl,
            _ => null,
        };
    }

    /// <summary>
    /// The files of paths and globs, each once: in the order of the list, and of their names within a glob. <c>features.source_file_missing</c>,
    /// <c>features.source_not_allowed</c>, <c>features.source_too_many_files</c>, <c>features.source_unreadable</c>.
    /// </summary>
    public async ValueTask<Result<IReadOnlyList<BulkFile>>> FindAsync(Actor actor, IReadOnlyList<string> paths, CancellationToken cancel)
    {
        var found = new List<BulkFile>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var path in paths)
        {
            if ((await _files.LocalAsync(actor.Workspace, Source(path), cancel)).Failed(out var wrong, out var files))
                return wrong;
            foreach (var file in files.Where(file => seen.Add(file.Name)))
                found.Add(new(file.Name, file.Size, await _files.HashAsync(file, cancel), file.Path));
        }

        return found;
    }

    /// <summary>Files that were found before, here and as they were then; <c>features.bulk_changed</c>, and what reading them refuses.</summary>
    public async ValueTask<Result<IReadOnlyList<BulkFile>>> ReopenAsync(Actor actor, IReadOnlyList<BulkFile> files, CancellationToken cancel)
    {
        var opened = new List<BulkFile>(files.Count);
        foreach (var file in files)
        {
            var now = await _files.LocalAsync(actor.Workspace, Source(Address(file.Name)), cancel);
            if (now.Failed(out var wrong, out var found) && wrong.Kind is FailureKind.Unavailable)
                return wrong;
            if (found?.Find(one => one.Name == file.Name) is not { } same)
                return Changed(file, $"it cannot be read any more: {wrong?.Message}");
            if (await _files.HashAsync(same, cancel) is var hash && hash != file.Sha256)
                return Changed(file, $"its content was replaced (SHA-256 {hash[..12]} instead of {file.Sha256[..12]})");
            opened.Add(file with { LocalPath = same.Path });
        }

        return opened;
    }

    /// <summary>
    /// Writes the rows of CSV or JSON files, as text, into one file of Parquet, in their order. <c>features.source_unreadable</c>, <c>features.query_too_large</c>,
    /// <c>features.busy</c>, and what <paramref name="choose"/> refuses.
    /// </summary>
    /// <param name="actor">Who.</param>
    /// <param name="format">Of the files.</param>
    /// <param name="files">That were found.</param>
    /// <param name="choose">Of the columns that are there, those to keep.</param>
    /// <param name="target">Path of the file, which is not there yet.</param>
    /// <param name="cancel">Breaks off.</param>
    public async ValueTask<Result<Done>> WriteAsync(
        Actor actor, BulkFormat format, IReadOnlyList<BulkFile> files, Func<IReadOnlyList<string>, Result<IReadOnlyList<string>>> choose, string target, CancellationToken cancel)
    {
        if ((await _engines.LeaseAsync(actor.Workspace, cancel)).Failed(out var busy, out var lease))
            return busy;
        using (lease)
        {
            try
            {
                var relation = BulkSql.Relation(format, files, isTyped: false);
                List<string> names = [.. lease.Columns(relation, cancel).Select(static column => column.Name)];
                if (choose(names).Failed(out var refused, out var kept))
                    return refused;
                var input = new QueryInput(Input, relation, [.. files.Select(static file => file.LocalPath)]);
                return Move(QueryEngine.Run(BulkSql.Select(Input, kept, format), [input], lease.QueryLimits, lease.Scratch, cancel), target);
            }
            catch (DuckException broken)
            {
                return Failure.Invalid("features.source_unreadable", $"{Names(files)} cannot be read: {broken.Summary}");
            }
            catch (QueryTooLargeException)
            {
                return TooLarge(lease);
            }
        }
    }

    /// <summary>
    /// Writes the rows of a query into one file of Parquet, in the query's order. <c>features.query_invalid</c>, <c>features.query_too_large</c>,
    /// <c>features.warehouse_not_found</c>, <c>features.warehouse_unavailable</c>, <c>features.busy</c>, and what reading its files refuses.
    /// </summary>
    public async ValueTask<Result<Done>> WriteAsync(Actor actor, BulkQuery query, string target, CancellationToken cancel)
    {
        if ((await _engines.LeaseAsync(actor.Workspace, cancel)).Failed(out var busy, out var lease))
            return busy;
        using (lease)
            return query.Warehouse is null ? await HereAsync(actor, lease, query, target, cancel) : await ThereAsync(actor, lease, query, target, cancel);
    }

    private async ValueTask<Result<Done>> HereAsync(Actor actor, DuckLease lease, BulkQuery query, string target, CancellationToken cancel)
    {
        var inputs = new List<QueryInput>();
        foreach (var (name, path) in query.Files)
        {
            if ((await FindAsync(actor, [path], cancel)).Failed(out var wrong, out var files))
                return wrong;
            inputs.Add(new(name, BulkSql.Relation(FormatOf(path) ?? BulkFormat.Parquet, files, isTyped: true), [.. files.Select(static file => file.LocalPath)]));
        }

        try
        {
            return QueryEngine.Run(query.Sql ?? "", inputs, lease.QueryLimits, lease.Scratch, cancel) is { } file
                ? Move(file, target)
                : Failure.Invalid("features.query_invalid", "The query must be one select that reads data and changes no settings.");
        }
        catch (QueryTooLargeException)
        {
            return TooLarge(lease);
        }
        catch (DuckException broken)
        {
            return Failure.Invalid("features.query_invalid", $"The query does not run: {broken.Summary}");
        }
    }

    private async ValueTask<Result<Done>> ThereAsync(Actor actor, DuckLease lease, BulkQuery query, string target, CancellationToken cancel)
    {
        if (_warehouses.Find(actor.WorkspaceName, query.Warehouse!).Failed(out var unknown, out var warehouse))
            return unknown;
        try
        {
            await using var connection = await warehouse.OpenReadOnlyAsync(cancel);
            if ((await WarehouseRelations.OfAsync(connection, Source(query), cancel)).Failed(out var wrong, out var relation))
                return wrong;
            var rows = await WarehouseRows.LoadAsync(lease.Connection, Loaded, connection, warehouse.Dialect, relation, "true", RowFilter.Open, cancel);
            var file = lease.NewFile(".parquet");
            lease.Connection.Execute(BulkSql.Copy(rows, WarehouseRows.Keeps, file), cancel);
            return Move(file, target);
        }
        catch (PostgresException refused) when (!refused.IsTransient)
        {
            return Failure.Invalid("features.query_invalid", $"The warehouse refused the query: {refused.MessageText}");
        }
        catch (NpgsqlException away) when (!cancel.IsCancellationRequested)
        {
            return Failure.Unavailable("features.warehouse_unavailable", $"The warehouse cannot be reached: {away.Message}");
        }
        catch (DuckException broken)
        {
            return Failure.Invalid("features.query_invalid", $"The rows of the warehouse cannot be taken over: {broken.Summary}");
        }
    }

    private static Result<Done> Move(string? file, string target)
    {
        File.Move(file!, target);
        return Done.Ok;
    }

    private static FeatureSource Source(string path) => Source(SourceKind.File, new() { Name = Input, Type = "file", Path = path, Format = FormatOf(path) is BulkFormat.Csv ? "csv" : "parquet" });

    private static FeatureSource Source(BulkQuery query) => query.Sql is null
        ? Source(SourceKind.Table, new() { Name = Input, Type = "table", Warehouse = query.Warehouse, Table = query.Table })
        : Source(SourceKind.Query, new() { Name = Input, Type = "query", Warehouse = query.Warehouse, Query = query.Sql });

    private static FeatureSource Source(SourceKind kind, SourceDocument document) => new()
    {
        Name = Input,
        Kind = kind,
        Document = document,
        TimestampColumn = document.TimestampColumn,
        ColumnOf = System.Collections.Frozen.FrozenDictionary<string, string>.Empty,
    };

    // As addresses of this machine are written, in which % begins a code.
    private static string Address(string name) => name.StartsWith("file://", StringComparison.Ordinal) ? name.Replace("%", "%25", StringComparison.Ordinal) : name;

    private static string Names(IReadOnlyList<BulkFile> files) => files.Count == 1 ? files[0].Name : $"{files[0].Name} and {files.Count - 1} more";

    private static Failure Changed(BulkFile file, string why) => Failure.Conflict("features.bulk_changed", $"{file.Name} is not as it was when the work was planned: {why}.");

    private static Failure TooLarge(DuckLease lease) => new(
        FailureKind.TooLarge, "features.query_too_large", $"The input has more than {lease.QueryLimits.DiskBytes >> 20} MiB as a table (setting Orrery:Features:DuckDb:QueryResultMb).");
}
