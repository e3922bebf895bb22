using Orrery.Contracts;
using Orrery.Features;
using Orrery.Kernel;
using Orrery.Native;

namespace Orrery.Serving;

/// <summary>Makes out how a batch prediction is done: which files, which columns, which partitions. What has no order to be read by is taken once, here.</summary>
internal sealed class BatchPlanning(BulkInputs inputs, BatchModels models, BatchBlobs blobs, BatchScratch scratch, BatchOptions options, ISubjectConsent? consent = null)
{
    private const string Columns = "serving.batch_columns";
    private const string Taken = "rows.parquet";

    /// <summary>
    /// The plan and its partitions; <c>serving.batch_columns</c>, <c>serving.batch_too_large</c>, <c>serving.invalid_batch</c>, what the model's loading and reading the input refuse.
    /// </summary>
    public async ValueTask<Result<(BatchPlan Plan, List<PartitionRow> Partitions)>> PlanAsync(Actor actor, BatchRow batch, CancellationToken cancel)
    {
        if ((await PlannedAsync(actor, batch, cancel)).Failed(out var refused, out var planned))
            return refused;
        var optedOut = consent is null ? null : await consent.NowAsync(actor.Workspace, SubjectPurpose.Prediction, cancel);
        var plan = new BatchPlan(planned, [.. batch.Spec.Output.Keep.Select(static name => new KeptColumn(name, ""))], []) { Subjects = BatchSubjects.Columns(optedOut) };
        var folder = scratch.NewFolder();
        try
        {
            if ((await ReadAsync(actor, batch, plan, Path.Combine(folder, Taken), cancel)).Failed(out refused, out var files))
                return refused;
            using var database = Open(folder, files);
            using var connection = database.Connect();
            if (Look(connection, plan, files, cancel).Failed(out refused, out var looked))
                return refused;
            var total = looked.Rows.Sum();
            var size = batch.Spec.PartitionRows ?? BatchRules.DefaultPartitionRows;
            if (total > (long)size * BatchRules.MostPartitions)
                return new Failure(FailureKind.TooLarge, "serving.batch_too_large", $"The input has {total} rows, which are more than {BatchRules.MostPartitions} partitions of {size}; give a greater 'partition_rows', or less at a time.");
            var isTaken = files is [{ Name: Taken }];
            plan = plan with
            {
                Keep = looked.Keep,
                Files = isTaken ? [] : [.. files.Select((file, index) => new PinnedFile(file.Name, file.Size, file.Sha256, looked.Rows[index]))],
            };
            return isTaken
                ? (await CutAsync(actor, batch, plan, connection, files[0].LocalPath, folder, total, size, cancel)).Failed(out refused, out var cut) ? refused : (plan, cut)
                : (plan, Partitions(total, size));
        }
        catch (DuckException broken) when (broken.Type is not DuckErrorType.Interrupt)
        {
            return Failure.Invalid("serving.batch_unreadable", $"The input cannot be read: {broken.Summary}");
        }
        finally
        {
            BatchScratch.Delete(folder);
        }
    }

    /// <summary>Partitions of so many rows each, in order.</summary>
    public static List<PartitionRow> Partitions(long rows, int size)
    {
        var partitions = new List<PartitionRow>();
        for (var first = 0L; first < rows; first += size)
            partitions.Add(new() { Number = partitions.Count, FirstRow = first, Rows = Math.Min(size, rows - first) });
        return partitions;
    }

    /// <summary>The files that a partition's rows are in, and which rows of each.</summary>
    public static List<(PinnedFile File, long First, long Rows)> Parts(IReadOnlyList<PinnedFile> files, PartitionRow partition)
    {
        var parts = new List<(PinnedFile, long, long)>();
        var begin = 0L;
        foreach (var file in files)
        {
            var first = Math.Max(partition.FirstRow, begin);
            var end = Math.Min(partition.FirstRow + partition.Rows, begin + file.Rows);
            if (first < end)
                parts.Add((file, first - begin, end - first));
            begin += file.Rows;
        }

        return parts;
    }

    private async ValueTask<Result<IReadOnlyList<PlannedInput>>> PlannedAsync(Actor actor, BatchRow batch, CancellationToken cancel)
    {
        if ((await models.HoldAsync(actor, batch, cancel)).Failed(out var refused, out var held))
            return refused;
        using (held)
        {
            var declared = held.Model.Declaration;
            var known = declared.Outputs.Select(static output => output.Name).ToList();
            if (held.Model is OnnxModel && batch.Spec.Output.Outputs.FirstOrDefault(name => !known.Contains(name)) is { } unknown)
                return Failure.Invalid(Columns, $"'output.outputs' names '{unknown}'; the model gives {BatchColumns.Listed(known)}.");
            var given = batch.Spec.Output.Outputs.Count > 0 ? batch.Spec.Output.Outputs : known;
            if (batch.Spec.Output.Keep.FirstOrDefault(name => given.Contains(name, StringComparer.OrdinalIgnoreCase)) is { } twice)
                return Failure.Invalid(Columns, $"'output.keep' has '{twice}', which is an output of the model, too; leave one of them out.");
            return BatchColumns.Plan(declared, batch.Spec);
        }
    }

    private async ValueTask<Result<IReadOnlyList<BulkFile>>> ReadAsync(Actor actor, BatchRow batch, BatchPlan plan, string target, CancellationToken cancel)
    {
        var input = batch.Spec.Input;
        if (input.Files.Count == 0)
        {
            return (await inputs.WriteAsync(actor, new BulkQuery(input.Query, input.Table, input.Warehouse, input.Tables), target, cancel)).Failed(out var wrong, out _)
                ? wrong
                : File(target);
        }

        if ((await inputs.FindAsync(actor, input.Files, cancel)).Failed(out var missing, out var files))
            return missing;
        if (Format(input, files).Failed(out var mixed, out var found))
            return mixed;
        if (found.Format is BulkFormat.Parquet)
            return files.ToList();
        return (await inputs.WriteAsync(actor, found.Format, files, there => Choose(plan, there), target, cancel)).Failed(out var unreadable, out _) ? unreadable : File(target);

        static Result<IReadOnlyList<BulkFile>> File(string path) => new BulkFile[] { new(Taken, 0, "", path) };
    }

    private static Result<IReadOnlyList<string>> Choose(BatchPlan plan, IReadOnlyList<string> there) =>
        Missing(plan, there) is { } missing ? Failure.Invalid(Columns, missing + $"; there are {BatchColumns.Listed(there)}.") : plan.Needed.Concat(there.Intersect(plan.Subjects)).Distinct(StringComparer.Ordinal).ToList();

    private static Result<FoundFormat> Format(BatchInput input, IReadOnlyList<BulkFile> files)
    {
        if (input.Format is { } said)
            return new FoundFormat(Enum.Parse<BulkFormat>(said, ignoreCase: true));
        if (files.FirstOrDefault(static file => BulkInputs.FormatOf(file.Name) is null) is { } unknown)
            return Failure.Invalid("serving.invalid_batch", $"The name of {unknown.Name} does not tell what it is written in; say so in 'input.format': parquet, csv or jsonl.");
        var formats = files.Select(static file => BulkInputs.FormatOf(file.Name)!.Value).Distinct().ToList();
        return formats.Count == 1
            ? new FoundFormat(formats[0])
            : Failure.Invalid("serving.invalid_batch", $"'input.files' names files of different formats ({string.Join(", ", formats)}); give those of one format, or say it in 'input.format'.");
    }

    // Every file must have every column, of a type that the model can be given.
    private static Result<(IReadOnlyList<long> Rows, IReadOnlyList<KeptColumn> Keep)> Look(DuckConnection connection, BatchPlan plan, IReadOnlyList<BulkFile> files, CancellationToken cancel)
    {
        var rows = new List<long>();
        var types = plan.Keep.ToDictionary(static column => column.Name, static _ => new HashSet<string>(StringComparer.Ordinal), StringComparer.Ordinal);
        foreach (var file in files)
        {
            var (columns, count) = BatchRowsStore.Look(connection, file.LocalPath, cancel);
            var what = file.Name == Taken ? "The input" : file.Name;
            var there = columns.Select(static column => column.Name).ToList();
            if (Missing(plan, there) is { } missing)
                return Failure.Invalid(Columns, $"{what}: {missing}; there are {BatchColumns.Listed(there)}.");
            if (Unfit(plan, columns) is { } unfit)
                return Failure.Invalid(Columns, $"{what}: {unfit}.");
            foreach (var (name, seen) in types)
                seen.Add(columns.First(column => column.Name == name).Type.ToString());
            rows.Add(count);
        }

        // What differs from file to file is kept as text.
        return (rows, [.. plan.Keep.Select(column => column with { Type = types[column.Name] is { Count: 1 } one ? one.First() : "VARCHAR" })]);
    }

    private static string? Missing(BatchPlan plan, IReadOnlyList<string> there)
    {
        if (plan.Needed.FirstOrDefault(name => !there.Contains(name)) is not { } missing)
            return null;
        var column = plan.Inputs.SelectMany(static input => input.Columns).FirstOrDefault(column => column.Source == missing);
        return column is null ? $"there is no column '{missing}' that 'output.keep' names"
            : column.Name == missing ? $"there is no column '{missing}', which the model takes (see 'columns')"
            : $"there is no column '{missing}' for the model's '{column.Name}'";
    }

    private static string? Unfit(BatchPlan plan, IReadOnlyList<DuckColumn> columns)
    {
        foreach (var input in plan.Inputs)
        {
            foreach (var wanted in input.Columns)
            {
                var given = columns.First(column => column.Name == wanted.Source).Type;
                if (BatchColumns.Problem(given.Id, input.Type) is { } problem)
                    return $"column '{wanted.Source}' is {given}; {problem}";
            }
        }

        return null;
    }

    // Each partition has its rows in a blob of its own, so that whichever server takes it reads no more than that.
    private async ValueTask<Result<List<PartitionRow>>> CutAsync(
        Actor actor, BatchRow batch, BatchPlan plan, DuckConnection connection, string path, string folder, long rows, int size, CancellationToken cancel)
    {
        var partitions = Partitions(rows, size);
        for (var index = 0; index < partitions.Count; index++)
        {
            var (partition, part) = (partitions[index], Path.Combine(folder, Path.GetRandomFileName() + ".parquet"));
            BatchRowsStore.Cut(connection, plan, path, partition.FirstRow, partition.Rows, part, cancel);
            if ((await blobs.PutAsync(actor, batch.Id, "input", partition.Number, ".parquet", part, cancel)).Failed(out var full, out var blob))
                return full;
            System.IO.File.Delete(part);
            partitions[index] = partition with { InputKey = blob.Key, InputBytes = blob.Size };
        }

        return partitions;
    }

    private DuckDatabase Open(string folder, IReadOnlyList<BulkFile> files) => DuckDatabase.Open(null, new()
    {
        Threads = 1,
        MemoryLimitBytes = (long)options.MemoryMb << 20,
        AllowedDirectories = [folder],
        AllowedPaths = [.. files.Select(static file => file.LocalPath)],
    });

    private sealed record FoundFormat(BulkFormat Format);
}
