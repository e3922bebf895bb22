using System.Globalization;
using System.Text.Json;
using Orrery.Contracts;
using Orrery.Features;
using Orrery.Kernel;
using Orrery.Native;
using Xunit;

namespace Orrery.Tests.Conformance;

/// <summary>What a suite of join cases runs on: a folder for files, an embedded engine, and warehouses when there are some.</summary>
internal sealed class JoinBench : IAsyncDisposable
{
    private static readonly WorkspaceId Workspace = new(7);

    private readonly string _folder = Directory.CreateTempSubdirectory("orrery-join-").FullName;
    private readonly DuckEngines _engines;
    private readonly Warehouses _warehouses;
    private readonly DuckDatabase _maker;
    private int _files;

    public JoinBench(Action<FeatureOptions>? configure = null, Storage.Buckets? buckets = null)
    {
        var options = new FeatureOptions { DuckDb = new() { MemoryMb = 512, Threads = 2 } };
        options.SourceFolders = [_folder];
        configure?.Invoke(options);
        var folders = new FeatureFolders(Path.Combine(_folder, "features"));
        _engines = new(options, folders);
        _warehouses = new(options);
        var files = new SourceFiles(options, null!, new FileCache(folders, null!, TimeProvider.System), buckets);
        Join = new(_engines, files, null!, _warehouses);
        _maker = DuckDatabase.Open(null, new() { AllowedDirectories = [_folder], TempDirectory = Path.Combine(_folder, "maker") });
    }

    public PointInTime Join { get; }

    public DuckEngines Engines => _engines;

    public string Folder => _folder;

    /// <summary>Writes a case's rows to a Parquet file, in their order.</summary>
    public SourceDocument File(JoinCase join)
    {
        var path = Path.Combine(_folder, $"{++_files}.parquet");
        using var connection = _maker.Connect();
        connection.Execute($"create temp table t ({RowSql.Columns(join, Duck)})");
        foreach (var rows in join.Rows.Chunk(500))
            connection.Execute($"insert into t values {RowSql.Rows(join, rows, RowSql.Duck)}");
        connection.Execute($"copy t to '{path}' (format parquet)");
        return new() { Type = "file", Path = "file://" + path };
    }

    /// <summary>Runs a statement in an engine beside, which may write below the folder.</summary>
    public void Make(string sql)
    {
        using var connection = _maker.Connect();
        connection.Execute(sql);
    }

    public static FeatureProject Compile(FeatureProjectDocument document) => ProjectCompiler.Compile(Workspace, "w", document).Value;

    public static FeatureSelection Select(FeatureProject project, JoinCase join) => FeatureSelection
        .OfReferences(project, [.. (join.Asked ?? [.. Enumerable.Range(0, join.Features.Count)]).Select(i => $"v:feature{i}")], fullNames: false).Value;

    /// <summary>Joins a case over a source and gives each entity row's features as text.</summary>
    public async Task<List<string?[]>> RunAsync(JoinCase join, SourceDocument source, CancellationToken cancel)
    {
        var selection = Select(Compile(join.Document(source)), join);
        var result = await Join.JoinAsync(selection, _ => new(Rows(join)), new(EntityLoader.DefaultTimestamp, join.KnownAt), watch: null, cancel);
        if (result.Failed(out var failure, out var rows))
            throw new InvalidOperationException($"{join.Name}: {failure.Code}: {failure.Message}");
        using (rows)
            return Read(rows, cancel);
    }

    /// <summary>Each row's features as text.</summary>
    public static List<string?[]> Read(JoinedRows rows, CancellationToken cancel)
    {
        var features = rows.Columns.Where(static c => c.Feature is not null).ToList();
        var table = rows.Keep(cancel);
        var read = new List<string?[]>();
        using var reader = rows.Lease.Connection.Query($"select id, {string.Join(", ", features.Select(static f => f.Sql))} from {table} order by id", cancel: cancel);
        while (reader.Read())
        {
            for (var row = 0; row < reader.Rows; row++)
            {
                Assert.Equal((long)read.Count, reader.Values<long>(0)[row]);
                read.Add([.. Enumerable.Range(1, features.Count).Select(column => JoinOracle.Text(reader.Value(column, row)))]);
            }
        }

        return read;
    }

    public async ValueTask DisposeAsync()
    {
        _maker.Dispose();
        _engines.Dispose();
        await _warehouses.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static string Duck(string type) => type.StartsWith("list<", StringComparison.Ordinal) ? Duck(type[5..^1]) + "[]" : type switch
    {
        "int32" => "integer",
        "int64" => "bigint",
        "float32" => "float",
        "float64" => "double",
        "bytes" => "blob",
        "bool" => "boolean",
        "unix_timestamp" => "timestamp",
        "uuid" => "uuid",
        _ => "varchar",
    };

    public static Result<EntityInput> Rows(JoinCase join)
    {
        var names = Enumerable.Range(0, join.Keys.Count).Select(static i => $"key{i}").Append(EntityLoader.DefaultTimestamp).ToList();
        var columns = Enumerable.Range(0, join.Keys.Count)
            .Select(i => join.Entities.Select(row => JsonSerializer.SerializeToElement(row.Keys[i])).ToList())
            .Append([.. join.Entities.Select(row => JsonSerializer.SerializeToElement(
                DateTimeOffset.UnixEpoch.AddTicks(row.Time * 10).ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture)))])
            .ToList();
        return new EntityColumns(names, columns);
    }
}
