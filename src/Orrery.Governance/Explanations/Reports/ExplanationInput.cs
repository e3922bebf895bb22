using Orrery.Contracts;
using Orrery.Features;
using Orrery.Kernel;
using Orrery.Native;
using Orrery.Serving;

namespace Orrery.Governance;

/// <summary>Reads the rows of reports. What is more than may be read is refused, so that a report says of which rows it is.</summary>
internal sealed class ExplanationInput(BulkInputs inputs, string folder)
{
    /// <summary>Rows that may be read; a query draws from more.</summary>
    public const int MostRows = 200_000;

    private const string Code = "governance.explanation_data";

    /// <summary>Reads them; <c>governance.explanation_data</c>, and what reading the input refuses.</summary>
    public async ValueTask<Result<ExplanationData>> ReadAsync(Actor actor, ExplanationSpec spec, ScoredVersion version, TextCodes codes, CancellationToken cancel)
    {
        var scratch = Directory.CreateDirectory(Path.Combine(folder, Path.GetRandomFileName())).FullName;
        try
        {
            if ((await FilesAsync(actor, spec.Data, Path.Combine(scratch, "rows.parquet"), cancel)).Failed(out var refused, out var files))
                return refused;
            using var database = DuckDatabase.Open(null, new() { Threads = 1, AllowedDirectories = [scratch], AllowedPaths = files });
            using var connection = database.Connect();
            return ExplanationRowsStore.Read(connection, files, spec.Label, version, codes, cancel);
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
        return (await inputs.WriteAsync(actor, format, files, static there => Result(there), target, cancel)).Failed(out var unreadable, out _) ? unreadable : new[] { target };

        static Result<IReadOnlyList<string>> Result(IReadOnlyList<string> there) => there.ToList();
    }

    private static Result<BulkFormat> FormatOf(BatchInput data, IReadOnlyList<BulkFile> files)
    {
        if (data.Format is { } said)
            return Enum.TryParse<BulkFormat>(said, ignoreCase: true, out var format) ? format : Failure.Invalid(Code, $"'data.format' is '{said}'; it must be parquet, csv or jsonl.");
        var formats = files.Select(static file => BulkInputs.FormatOf(file.Name)).Distinct().ToList();
        return formats is [{ } only]
            ? only
            : Failure.Invalid(Code, "The names of 'data.files' do not tell one format; say it in 'data.format': parquet, csv or jsonl.");
    }
}
