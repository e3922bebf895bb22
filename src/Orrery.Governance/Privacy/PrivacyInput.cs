using Orrery.Contracts;
using Orrery.Features;
using Orrery.Kernel;
using Orrery.Native;

namespace Orrery.Governance;

/// <summary>Reads the rows that privacy works on, each time in an engine of its own.</summary>
internal sealed class PrivacyInput(BulkInputs inputs, string folder)
{
    private const string Code = "governance.privacy_data";

    /// <summary>What is wrong with where rows are said to be; null for nothing.</summary>
    public static string? Problem(BatchInput data)
    {
        if ((data.Files.Count > 0 ? 1 : 0) + (data.Table is null ? 0 : 1) + (data.Query is null ? 0 : 1) != 1)
            return "'data' must have one of 'files', 'table' and 'query'.";
        if (data.Files.Count > 1000)
            return "'data.files' may have 1,000 entries: use globs.";
        if (data.Table is not null && data.Warehouse is null)
            return "'data.table' needs 'data.warehouse', one of the server's.";
        return data.Tables.Keys.FirstOrDefault(static name => name.StartsWith("orrery_", StringComparison.OrdinalIgnoreCase)) is { } ours
            ? $"'data.tables' names {ours}; names that begin with orrery_ are the server's."
            : null;
    }

    /// <summary>Opens the rows and has them read; <c>governance.privacy_data</c>, and what reading the input refuses.</summary>
    /// <param name="actor">Who, with the right to restricted rows.</param>
    /// <param name="data">Where they are.</param>
    /// <param name="read">Given the engine, what stands behind <c>from</c>, and a folder for files.</param>
    /// <param name="cancel">Breaks off.</param>
    public async ValueTask<Result<T>> ReadAsync<T>(Actor actor, BatchInput data, Func<DuckConnection, string, string, Result<T>> read, CancellationToken cancel)
    {
        var scratch = Directory.CreateDirectory(Path.Combine(folder, Path.GetRandomFileName())).FullName;
        try
        {
            if ((await FilesAsync(actor, data, Path.Combine(scratch, "rows.parquet"), cancel)).Failed(out var refused, out var files))
                return refused;
            using var database = DuckDatabase.Open(null, new() { Threads = 1, AllowedDirectories = [scratch], AllowedPaths = files });
            using var connection = database.Connect();
            return read(connection, PrivacyRowsStore.From(files), scratch);
        }
        catch (DuckException broken) when (broken.Type is not DuckErrorType.Interrupt)
        {
            return Failure.Invalid(Code, $"The data cannot be read: {broken.Summary}");
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }

    private async ValueTask<Result<IReadOnlyList<string>>> FilesAsync(Actor actor, BatchInput data, string target, CancellationToken cancel)
    {
        if (data.Files.Count == 0)
        {
            return (await inputs.WriteAsync(actor, new BulkQuery(data.Query, data.Table, data.Warehouse, data.Tables), target, cancel)).Failed(out var wrong, out _)
                ? wrong
                : new[] { target };
        }

        if ((await inputs.FindAsync(actor, data.Files, cancel)).Failed(out var missing, out var files))
            return missing;
        if (FormatOf(data, files).Failed(out var mixed, out var format))
            return mixed;
        if (format == BulkFormat.Parquet)
            return files.Select(static file => file.LocalPath).ToList();
        return (await inputs.WriteAsync(actor, format, files, static there => there.ToList(), target, cancel)).Failed(out var unreadable, out _) ? unreadable : new[] { target };
    }

    private static Result<BulkFormat> FormatOf(BatchInput data, IReadOnlyList<BulkFile> files)
    {
        if (data.Format is { } said)
            return Enum.TryParse<BulkFormat>(said, ignoreCase: true, out var format) ? format : Failure.Invalid(Code, $"'data.format' is '{said}'; it must be parquet, csv or jsonl.");
        var formats = files.Select(static file => BulkInputs.FormatOf(file.Name)).Distinct().ToList();
        return formats is [{ } only] ? only : Failure.Invalid(Code, "The names of 'data.files' do not tell one format; say it in 'data.format': parquet, csv or jsonl.");
    }
}
