using System.Text.Json;
using Npgsql;
using Orrery.Contracts;
using Orrery.Features;
using Orrery.Native;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Conformance;

/// <summary>Rules that set rows aside: joins leave those rows out, and warehouses judge rows as the embedded engine does.</summary>
public sealed class RowRuleTests : IAsyncLifetime
{

    private const string Values = """
        (1, 5, 1.5, 'red', '12', timestamp '2026-01-01 00:00:00', timestamp with time zone '2026-01-01 00:00:00+00', true),
        (2, -5, -0.5, 'Red', ' 7.50 ', timestamp '2026-01-02 12:00:00.000001', timestamp with time zone '2026-01-02 02:00:00+02', false),
        (3, null, null, null, null, null, null, null),
        (4, 0, 0, '', 'x', timestamp '2025-12-31 23:59:59.999999', timestamp with time zone '2025-12-31 23:59:59.999999+00', true),
        (5, 9007199254740993, 1e300, 'a.b-c_d 9', '-1e3', timestamp '1969-12-31', timestamp with time zone '1969-12-31 00:00:00+00', false),
        (6, 5, 5, 'zebra', 'inf', timestamp '2030-01-01', timestamp with time zone '2030-01-01 00:00:00+00', true),
        (7, 7, 7, 'Zebra', '', timestamp '2030-01-01', timestamp with time zone '2030-01-01 00:00:00+00', true),
        (8, 7, 7.25, 'äpfel', '١', timestamp '2030-01-01', timestamp with time zone '2030-01-01 00:00:00+00', true),
        (9, 1, 1, E'two\nlines', '5', timestamp '2030-01-01', timestamp with time zone '2030-01-01 00:00:00+00', true)
        """;

    private JoinBench _bench = null!;
    private NpgsqlDataSource _source = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        var connection = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync(Cancel);
        _source = NpgsqlDataSource.Create(connection);
        _bench = new(options => options.Warehouses["main"] = new() { Connection = connection, Workspaces = [Warehouses.Everyone] });
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _bench.DisposeAsync();
        await _source.DisposeAsync();
    }

    [Fact]
    public async Task A_warehouse_judges_rows_as_the_embedded_engine_does()
    {
        string[] rules =
        [
            """{"expect":"not_be_null","column":"txt"}""", """{"expect":"be_null","column":"n"}""", """{"expect":"be_in_set","column":"txt","values":["red","zebra","it's"]}""",
            """{"expect":"not_in_set","column":"n","values":[5,0]}""", """{"expect":"be_in_set","column":"num","values":[12,7.5,-1000]}""",
            """{"expect":"be_in_set","column":"flag","values":[true]}""", """{"expect":"be_between","column":"n","min":0,"max":9007199254740992}""",
            """{"expect":"be_between","column":"d","min":-0.5,"max":7}""", """{"expect":"be_between","column":"num","min":0}""", """{"expect":"be_between","column":"txt","min":"a","max":"zebra"}""",
            """{"expect":"be_between","column":"at","min":"2026-01-01","max":"2026-01-02 12:00:00"}""", """{"expect":"be_between","column":"zoned","min":"2026-01-01T00:00:00Z","max":"2026-01-02T00:00:00Z"}""",
            """{"expect":"value_lengths_between","column":"txt","min":1,"max":5}""", """{"expect":"value_lengths_equal","column":"txt","max":5}""",
            """{"expect":"match_regex","column":"txt","pattern":"^[a-z]+$"}""", """{"expect":"match_regex","column":"txt","pattern":"\\d|e.r"}""",
            """{"expect":"match_regex","column":"txt","pattern":"^\\w\\.\\w-(?:c|x)\\S\\w{1,2} \\d$"}""", """{"expect":"not_match_regex","column":"txt","pattern":"two.lines|[^a-z]"}""",
            """{"expect":"match_regex","column":"num","pattern":"^\\s*\\d+(\\.\\d+)?\\s*$"}""", """{"expect":"pair_greater","columns":["d","n"]}""", """{"expect":"pair_equal","columns":["txt","num"]}""",
            """{"expect":"pair_in_set","columns":["n","txt"],"values":[[5,"red"],[7,"Zebra"]]}""",
        ];
        await _source.CreateCommand($"create table odd as select * from (values {Values}) v(id, n, d, txt, num, at, zoned, flag)").ExecuteNonQueryAsync(Cancel);
        await _source.CreateCommand("alter table odd alter d type double precision, alter n type bigint").ExecuteNonQueryAsync(Cancel);
        using var database = DuckDatabase.Open(null, new DuckOptions());
        using var here = database.Connect();
        here.Execute($"create table odd as select id, n::bigint as n, d::double as d, txt, num, \"at\", zoned, flag from (values {Values}) v(id, n, d, txt, num, \"at\", zoned, flag)", Cancel);
        var table = QualityTable.Of(here, "odd", Cancel);
        await using var there = await _source.OpenConnectionAsync(Cancel);
        var view = JoinBench.Compile(new JoinCase("odd").Document(new() { Type = "table", Warehouse = "main", Table = "odd" })).Views["v"];
        var relation = (await WarehouseRelations.OfAsync(there, view.Source, Cancel)).Value;
        var wrong = new List<string>();
        foreach (var rule in rules)
        {
            var compiled = Compile(rule);
            var sql = PostgresRuleSql.Condition(compiled, relation, PostgresDialect.Instance, out var why);
            Assert.True(sql is not null, $"{rule}: {why}");
            var (expected, found) = (await IdsAsync(here, RowFilter.Condition(compiled, table)!), await IdsAsync(there, sql));
            // A rule that everything breaks or nothing breaks would show little.
            Assert.True(expected.Length is > 0 and < 9, $"{rule} keeps {expected.Length} rows");
            if (!expected.SequenceEqual(found))
                wrong.Add($"{rule}: here {string.Join(',', expected)}, there {string.Join(',', found)}: {sql}");
        }

        Assert.Empty(wrong);
    }

    [Theory]
    [InlineData("""{"expect":"match_strftime","column":"feature1","pattern":"%Y"}""")]
    [InlineData("""{"expect":"satisfy","pattern":"feature0 > 0"}""")]
    [InlineData("""{"expect":"match_regex","column":"feature1","pattern":"\\bword\\b"}""")]
    [InlineData("""{"expect":"match_regex","column":"feature1","pattern":"(?i)word"}""")]
    [InlineData("""{"expect":"be_between","column":"feature0","min":"low"}""")]
    [InlineData("""{"expect":"be_between","column":"nowhere","min":1}""")]
    public async Task A_rule_that_a_warehouse_cannot_be_asked_is_refused(string rule)
    {
        await _source.CreateCommand("create table few as select 'a'::text as key0, timestamp '2024-01-01' as moment, 1::bigint as feature0, 'x'::text as feature1").ExecuteNonQueryAsync(Cancel);
        var join = new JoinCase("few") { Features = ["int64", "string"], Entities = [new(["a"], JoinCases.At(0))] };
        var source = new SourceDocument { Type = "table", Warehouse = "main", Table = "few", Rules = [Document(rule)] };

        var failed = await Assert.ThrowsAsync<InvalidOperationException>(() => _bench.RunAsync(join, source, Cancel));
        Assert.Contains("features.rule_not_in_warehouse", failed.Message, StringComparison.Ordinal);
        Assert.Equal([["1", "x"]], await _bench.RunAsync(join, source with { Rules = [Document(rule) with { OnFailure = "warn" }] }, Cancel));
    }

    [Fact]
    public async Task Rows_that_are_set_aside_are_not_joined()
    {
        var join = new JoinCase("aside")
        {
            Features = ["int64", "string"],
            Entities = [new(["a"], JoinCases.At(20)), new(["a"], JoinCases.At(5)), new(["b"], JoinCases.At(20))],
        };
        const string Rows = """
            ('a', timestamp '2024-01-01 00:00:00', 1, 'x'), ('a', timestamp '2024-01-01 00:10:00', -5, 'x'), ('a', timestamp '2024-01-01 00:11:00', 5, 'never'), ('b', timestamp '2024-01-01 00:00:00', -1, 'x')
            """;
        await _source.CreateCommand($"create table aside as select key0, moment, feature0::bigint as feature0, feature1 from (values {Rows}) v(key0, moment, feature0, feature1)").ExecuteNonQueryAsync(Cancel);
        _bench.Make($"copy (select key0, moment, feature0::bigint as feature0, feature1 from (values {Rows}) v(key0, moment, feature0, feature1)) to '{_bench.Folder}/aside.parquet' (format parquet)");
        IReadOnlyList<QualityRuleDocument> rules = [Document("""{"expect":"be_between","column":"feature0","min":0}"""), Document("""{"expect":"not_in_set","column":"feature1","values":["never"]}""")];

        List<string?[]> expected = [["1", "x"], ["1", "x"], [null, null]];
        foreach (var source in new SourceDocument[] { new() { Type = "file", Path = $"file://{_bench.Folder}/aside.parquet" }, new() { Type = "table", Warehouse = "main", Table = "aside" } })
        {
            Assert.Equal(expected, await _bench.RunAsync(join, source with { Rules = rules }, Cancel));
            Assert.Equal([["5", "never"], ["1", "x"], ["-1", "x"]], await _bench.RunAsync(join, source, Cancel));
            Assert.Equal([["5", "never"], ["1", "x"], ["-1", "x"]], await _bench.RunAsync(join, source with { Rules = [.. rules.Select(static rule => rule with { OnFailure = "warn" })] }, Cancel));
        }
    }

    [Fact]
    public async Task A_push_that_is_finished_later_leaves_out_what_its_view_goes_without()
    {
        var document = new JoinCase("healed").Document(new() { Type = "push" });
        var bare = JoinBench.Compile(document);
        var project = JoinBench.Compile(document with { FeatureViews = [document.FeatureViews[0] with { Rules = [Document("""{"expect":"be_between","column":"feature0","min":0}""")] }] });
        var rows = new[] { 3, -3, 4, -4 }.Select(static value => new PushedRow(JoinCases.At(0), null, $$"""{"key0":"a","feature0":{{value}}}""")).ToList();
        var rules = new PushRules(_bench.Engines, TimeProvider.System);

        Assert.Equal([1, 3], (await rules.SetAsideAsync(project, project.Sources["s"], project.Views["v"], rows, Cancel)).Value.Order());
        Assert.Empty((await rules.SetAsideAsync(bare, bare.Sources["s"], bare.Views["v"], rows, Cancel)).Value);
    }

    private static QualityRuleDocument Document(string rule) => JsonSerializer.Deserialize(rule, OrreryJson.TypeOf<QualityRuleDocument>())! with { OnFailure = "quarantine" };

    private static QualityRule Compile(string rule)
    {
        var faults = new CompileFaults();
        var compiled = QualityRule.Compile([Document(rule)], "rules", ofSource: true, faults);
        Assert.True(faults.Count == 0, rule);
        return compiled[0];
    }

    private static Task<int[]> IdsAsync(DuckConnection connection, string condition)
    {
        var ids = new List<int>();
        using var reader = connection.Query($"select id from odd where {condition} order by id", cancel: Cancel);
        while (reader.Read())
            ids.AddRange(reader.Values<int>(0).ToArray());
        return Task.FromResult(ids.ToArray());
    }

    private static async Task<int[]> IdsAsync(NpgsqlConnection connection, string condition)
    {
        var ids = new List<int>();
        await using var command = new NpgsqlCommand($"select id from odd where {condition} order by id", connection);
        await using var reader = await command.ExecuteReaderAsync(Cancel);
        while (await reader.ReadAsync(Cancel))
            ids.Add(reader.GetInt32(0));
        return [.. ids];
    }
}
