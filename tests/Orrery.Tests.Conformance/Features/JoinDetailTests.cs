using System.Text.Json;
using Orrery.Contracts;
using Orrery.Features;
using Orrery.Kernel;
using Xunit;

namespace Orrery.Tests.Conformance;

/// <summary>What surrounds the join rule in the embedded engine: files, requests, refusals, limits.</summary>
public sealed class JoinDetailTests : IAsyncDisposable
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private readonly JoinBench _bench = new(static options => options.DuckDb.MemoryMb = 96);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task Rows_of_several_files_count_in_the_order_of_their_paths()
    {
        foreach (var (name, value) in new[] { ("b", 2), ("a", 1), ("c", 3) })
            _bench.Make($"copy (select 'k' as key0, timestamp '2024-01-01' as moment, {value}::bigint as feature0) to '{_bench.Folder}/{name}.parquet' (format parquet)");
        var join = new JoinCase("files") { Entities = [new(["k"], JoinCases.At(0))] };

        Assert.Equal([["3"]], await _bench.RunAsync(join, new() { Type = "file", Path = $"file://{_bench.Folder}/?.parquet" }, Cancel));
        Assert.Equal([["1"]], await _bench.RunAsync(join, new() { Type = "file", Path = $"file://{_bench.Folder}/a.parquet" }, Cancel));
    }

    [Fact]
    public async Task A_csv_file_keeps_keys_and_texts_as_they_are_written()
    {
        await File.WriteAllTextAsync(Path.Combine(_bench.Folder, "x.csv"), "key0,moment,feature0,feature1\n007,2024-01-01,1,0012\n7,2024-01-01T00:00:00+00:00,2.0,\n8,2024-01-01 00:00:00,,\"\"\n007,2024-01-01,3,last\n", Cancel);
        var join = new JoinCase("csv") { Features = ["int64", "string"], Entities = [new(["007"], JoinCases.At(0)), new(["7"], JoinCases.At(0)), new(["8"], JoinCases.At(0))] };

        Assert.Equal([["3", "last"], ["2", null], [null, ""]], await _bench.RunAsync(join, new() { Type = "file", Path = $"file://{_bench.Folder}/x.csv" }, Cancel));
    }

    [Theory]
    [InlineData("key0,moment,feature0\na,2024-01-01,twelve\n", "The value 'twelve' in column feature0 of source s is not of type int64")]
    [InlineData("key0,moment,feature0\na,2024-01-01,1.5\n", "The value '1.5' in column feature0 of source s is not of type int64")]
    [InlineData("key0,moment,feature0\na,yesterday,1\n", "The value 'yesterday' in column moment of source s is not a time")]
    [InlineData("key0,moment,other\na,2024-01-01,1\n", "Source s has no column feature0; it has key0, moment, other")]
    [InlineData("key0,when,feature0\na,2024-01-01,1\n", "Source s has no column moment")]
    public async Task What_is_wrong_with_a_source_is_said(string csv, string message)
    {
        await File.WriteAllTextAsync(Path.Combine(_bench.Folder, "x.csv"), csv, Cancel);
        var join = new JoinCase("wrong") { Entities = [new(["a"], JoinCases.At(0))] };
        var failed = await Assert.ThrowsAsync<InvalidOperationException>(() => _bench.RunAsync(join, new() { Type = "file", Path = $"file://{_bench.Folder}/x.csv" }, Cancel));

        Assert.Contains(message, failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_outside_of_the_folders_are_not_read()
    {
        var outside = Directory.CreateTempSubdirectory("orrery-outside-").FullName;
        try
        {
            var join = new JoinCase("outside") { Entities = [new(["a"], JoinCases.At(0))] };
            await File.WriteAllTextAsync(Path.Combine(outside, "x.csv"), "key0,moment,feature0\na,2024-01-01,1\n", Cancel);
            File.CreateSymbolicLink(Path.Combine(_bench.Folder, "link.csv"), Path.Combine(outside, "x.csv"));
            Directory.CreateSymbolicLink(Path.Combine(_bench.Folder, "folder"), outside);
            foreach (var path in new[] { $"{outside}/x.csv", $"{_bench.Folder}/link.csv", $"{_bench.Folder}/folder/x.csv" })
            {
                var failed = await Assert.ThrowsAsync<InvalidOperationException>(() => _bench.RunAsync(join, new() { Type = "file", Path = "file://" + path }, Cancel));
                Assert.Contains("features.source_not_allowed", failed.Message, StringComparison.Ordinal);
            }

            var query = new SourceDocument { Type = "query", Query = $"select * from read_csv('{outside}/x.csv')" };
            var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => _bench.RunAsync(join, query, Cancel));
            Assert.Contains("features.query_invalid", refused.Message, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(outside, recursive: true);
        }
    }

    [Theory]
    [InlineData("drop table orrery_entity")]
    [InlineData("select * from read_csv('/etc/passwd')")]
    [InlineData("select * from nowhere")]
    [InlineData("select 1; select 2")]
    [InlineData("copy (select 1) to '/tmp/x.csv'")]
    [InlineData("insert into orrery_entity values (1)")]
    [InlineData("set memory_limit = '1TB'")]
    [InlineData("selec")]
    public async Task A_query_can_only_read(string query)
    {
        var join = new JoinCase("query") { Entities = [new(["a"], JoinCases.At(0))] };
        var failed = await Assert.ThrowsAsync<InvalidOperationException>(() => _bench.RunAsync(join, new() { Type = "query", Query = query }, Cancel));

        // What does not look like a select is refused when it is defined.
        Assert.Matches("features\\.(query|definition)_invalid", failed.Message);
    }

    [Fact]
    public async Task Names_of_any_characters_are_names()
    {
        const string Evil = "x\"; drop table y; --'";
        _bench.Make($"copy (select 'a' as key0, timestamp '2024-01-01' as moment, 7::bigint as \"x\"\"; drop table y; --'\") to '{_bench.Folder}/x.parquet' (format parquet)");
        var source = new SourceDocument { Type = "file", Path = $"file://{_bench.Folder}/x.parquet", FieldMapping = new Dictionary<string, string> { [Evil] = "feature0" } };
        var join = new JoinCase("names") { Entities = [new(["a"], JoinCases.At(0))] };

        Assert.Equal([["7"]], await _bench.RunAsync(join, source, Cancel));
    }

    [Fact]
    public async Task A_view_twice_under_two_aliases_with_keys_of_other_names()
    {
        var project = JoinBench.Compile(Pair(_bench.File(new("pair") { Rows = [new(["a"], JoinCases.At(0), null, [1L]), new(["b"], JoinCases.At(0), null, [2L])] })));
        var selection = FeatureSelection.OfService(project, "both", fullNames: true).Value;
        var rows = Entities(("from", ["a", "b", "x"]), ("to", ["b", "b", "a"]), ("event_timestamp", ["2024-01-02", "2024-01-02", "2024-01-02"]));
        using var joined = (await _bench.Join.JoinAsync(selection, _ => new(rows), new("event_timestamp", KnownAt: false), null, Cancel)).Value;

        Assert.Equal(["from", "to", "event_timestamp", "start__feature0", "goal__feature0"], joined.Columns.Select(static c => c.Name));
        Assert.Equal([["1", "2"], ["2", "2"], [null, "1"]], JoinBench.Read(joined, Cancel));
    }

    [Theory]
    [InlineData("""{"key0":["a"]}""", "features.entity_column_missing")]
    [InlineData("""{"event_timestamp":["2024-01-01"]}""", "features.entity_column_missing")]
    [InlineData("""{"key0":["a"],"event_timestamp":[null]}""", "features.entity_time_missing")]
    [InlineData("""{"key0":["a"],"event_timestamp":["noon"]}""", "features.value_invalid")]
    [InlineData("""{"key0":["a"],"event_timestamp":[5]}""", "features.entity_invalid")]
    [InlineData("""{"key0":["a","b"],"event_timestamp":["2024-01-01"]}""", "features.entity_ragged")]
    public async Task What_is_wrong_with_entity_rows_is_said(string json, string code)
    {
        var join = new JoinCase("wrong");
        var selection = JoinBench.Select(JoinBench.Compile(join.Document(_bench.File(join))), join);
        var call = HistoricalJson.Read(JsonDocument.Parse($$"""{"features":["v:feature0"],"entity_df":{{json}}}""").RootElement, OutputFormat.Json, knownAt: false, isNative: true).Value;
        var result = await _bench.Join.JoinAsync(selection, _ => new((Result<EntityInput>)call.Columns!), new("event_timestamp", KnownAt: false), null, Cancel);

        Assert.Equal(code, result.Failure?.Code);
    }

    [Fact]
    public async Task What_does_not_fit_into_memory_is_spilled()
    {
        _bench.Make($"copy (select 'k' || (i % 5000) as key0, timestamp '2024-01-01' + interval (i) second as moment, i as feature0, repeat('x', 40) || i as feature1 from range(1200000) t(i)) to '{_bench.Folder}/big.parquet' (format parquet)");
        _bench.Make($"copy (select 'k' || (i % 6000) as key0, timestamp '2024-01-10' + interval (i) second as event_timestamp from range(400000) t(i)) to '{_bench.Folder}/rows.parquet' (format parquet)");
        var join = new JoinCase("big") { Features = ["int64", "string"] };
        var selection = JoinBench.Select(JoinBench.Compile(join.Document(new() { Type = "file", Path = $"file://{_bench.Folder}/big.parquet" })), join);
        using var joined = (await _bench.Join.JoinAsync(selection, Rows, new("event_timestamp", KnownAt: false), null, Cancel)).Value;

        Assert.Equal(400_000, joined.Count);
        using var reader = joined.Lease.Connection.Query($"select count(f), min(m), sum(f) from (select v0_f0 as f, v0_f1 = repeat('x', 40) || v0_f0 as m from {joined.Keep(Cancel)})", cancel: Cancel);
        reader.Read();
        Assert.Equal((334_000L, true), ((long)reader.Value(0, 0)!, (bool)reader.Value(1, 0)!));
    }

    [Fact]
    public async Task A_join_ends_when_it_is_cancelled()
    {
        var join = new JoinCase("long") { Rows = [new(["a"], JoinCases.At(0), null, [1L])], Entities = [new(["a"], JoinCases.At(0))] };
        var slow = new SourceDocument { Type = "query", Query = "select 'a' as key0, timestamp '2024-01-01' as moment, count(*) as feature0 from range(100000000) a(i), range(100000) b(j) where i + j % 7 = 3" };
        using var soon = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        soon.CancelAfter(TimeSpan.FromMilliseconds(300));
        var started = Environment.TickCount64;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _bench.RunAsync(join, slow, soon.Token));
        Assert.True(Environment.TickCount64 - started < 5000);
    }

    [Fact]
    public async Task The_hash_of_rows_depends_on_values_and_their_order_only()
    {
        var join = JoinCases.All.First(static one => one.Name == "numbers of every kind");
        var one = await HashAsync(join, _bench.File(join));
        _bench.Make($"copy (from '{new Uri(_bench.File(join).Path!).LocalPath}') to '{_bench.Folder}/again.parquet' (format parquet, compression gzip, row_group_size 2048)");

        Assert.Equal(one, await HashAsync(join, new() { Type = "file", Path = $"file://{_bench.Folder}/again.parquet" }));
        Assert.NotEqual(one, await HashAsync(Reversed(join), _bench.File(join)));
    }

    private static JoinCase Reversed(JoinCase join) => new(join.Name) { Features = join.Features, Rows = join.Rows, Entities = [.. join.Entities.Reverse()] };

    private async Task<string> HashAsync(JoinCase join, SourceDocument source)
    {
        var selection = JoinBench.Select(JoinBench.Compile(join.Document(source)), join);
        using var joined = (await _bench.Join.JoinAsync(selection, _ => new(JoinBench.Rows(join)), new("event_timestamp", KnownAt: false), null, Cancel)).Value;
        return ContentHash.Of(joined, Cancel);
    }

    private ValueTask<Result<EntityInput>> Rows(DuckLease lease)
    {
        var path = lease.NewFile(".parquet");
        File.Copy(Path.Combine(_bench.Folder, "rows.parquet"), path);
        return new(new EntityFile(path, IsCsv: false));
    }

    private static Result<EntityInput> Entities(params (string Name, string[] Values)[] columns) => new EntityColumns(
        [.. columns.Select(static c => c.Name)],
        [.. columns.Select(static c => (IReadOnlyList<JsonElement>)[.. c.Values.Select(static value => JsonSerializer.SerializeToElement(value))])]);

    private static FeatureProjectDocument Pair(SourceDocument source)
    {
        var document = new JoinCase("pair").Document(source);
        return document with
        {
            FeatureServices =
            [
                new()
                {
                    Name = "both",
                    Features =
                    [
                        new() { View = "v", As = "start", JoinKeys = new Dictionary<string, string> { ["key0"] = "from" } },
                        new() { View = "v", As = "goal", JoinKeys = new Dictionary<string, string> { ["key0"] = "to" } },
                    ],
                },
            ],
        };
    }
}
