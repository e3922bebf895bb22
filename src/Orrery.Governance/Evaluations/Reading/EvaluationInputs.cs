using Orrery.Contracts;
using Orrery.Features;
using Orrery.Kernel;
using Orrery.Native;

namespace Orrery.Governance;

/// <summary>Brings the rows of evaluations and explanations to this server's disk, as Parquet.</summary>
internal sealed class EvaluationInputs(string folder, BulkInputs inputs, BulkTrainingSets sets)
{
    private const long Memory = 512L << 20;

    /// <summary>A new folder, to be disposed.</summary>
    public EvaluationFolder NewFolder() => new(Directory.CreateDirectory(Path.Combine(folder, Path.GetRandomFileName())).FullName);

    /// <summary>An engine that may read these files, and nothing else.</summary>
    public static DuckDatabase Engine(EvaluationFolder scratch, IReadOnlyList<string> paths) =>
        DuckDatabase.Open(null, new() { Threads = 1, MemoryLimitBytes = Memory, TempDirectory = Path.Combine(scratch.Path, "spill"), AllowedPaths = [.. paths] });

    /// <summary>The files; what reading them refuses, and a failure with the code given when it is not known what they are written in.</summary>
    public async ValueTask<Result<(IReadOnlyList<string> Paths, IReadOnlyList<EvaluationSource> Sources)>> OpenAsync(
        Actor actor, EvaluationData data, EvaluationFolder scratch, string code, CancellationToken cancel)
    {
        var target = Path.Combine(scratch.Path, "rows.parquet");
        if (data.TrainingSet is { } set)
            return (await sets.OpenAsync(actor, data.Project!, set, cancel)).Failed(out var missing, out var file) ? missing : Files([file], [file.LocalPath]);
        if (data.Files.Count == 0)
        {
            var query = new BulkQuery(data.Query, data.Table, data.Warehouse, data.Tables);
            if ((await inputs.WriteAsync(actor, query, target, cancel)).Failed(out var refused, out _))
                return refused;
            return (new[] { target }, new EvaluationSource[] { new() { Name = data.Table ?? "query" } });
        }

        if ((await inputs.FindAsync(actor, data.Files, cancel)).Failed(out var absent, out var found))
            return absent;
        if (Format(data, found, code).Failed(out var unknown, out var format))
            return unknown;
        if (format.Value is BulkFormat.Parquet)
            return Files(found, [.. found.Select(static one => one.LocalPath)]);
        return (await inputs.WriteAsync(actor, format.Value, found, static there => there.ToList(), target, cancel)).Failed(out var unreadable, out _) ? unreadable : Files(found, [target]);
    }

    private static (IReadOnlyList<string>, IReadOnlyList<EvaluationSource>) Files(IReadOnlyList<BulkFile> files, IReadOnlyList<string> paths) =>
        (paths, [.. files.Select(static file => new EvaluationSource { Name = file.Name, Sha256 = file.Sha256 })]);

    private static Result<Found> Format(EvaluationData data, IReadOnlyList<BulkFile> files, string code)
    {
        if (data.Format is { } said)
            return new Found(Enum.Parse<BulkFormat>(said, ignoreCase: true));
        var formats = files.Select(static file => BulkInputs.FormatOf(file.Name)).Distinct().ToList();
        return formats is [{ } only]
            ? new Found(only)
            : Failure.Invalid(code, "The files' names do not tell one format; say it in 'data.format': parquet, csv or jsonl.");
    }

    private sealed record Found(BulkFormat Value);
}

/// <summary>A folder on this server's disk that goes when it is disposed.</summary>
/// <param name="Path">Where it is.</param>
internal sealed record EvaluationFolder(string Path) : IDisposable
{
    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (IOException)
        {
            // What is still open goes with the next restart's cleaning.
        }
    }
}
