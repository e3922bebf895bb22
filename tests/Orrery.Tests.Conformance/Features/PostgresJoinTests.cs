using Npgsql;
using Orrery.Contracts;
using Orrery.Features;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Conformance;

/// <summary>The join rule in a warehouse: PostgreSQL.</summary>
public sealed class PostgresJoinTests : IAsyncLifetime
{
    private JoinBench _bench = null!;
    private NpgsqlDataSource _source = null!;
    private string _connection = "";
    private int _tables;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        _connection = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync(TestContext.Current.CancellationToken);
        _source = NpgsqlDataSource.Create(_connection);
        _bench = new(options => options.Warehouses["main"] = new() { Connection = _connection, Workspaces = [Warehouses.Everyone] });
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _bench.DisposeAsync();
        await _source.DisposeAsync();
    }

    [Fact]
    public async Task Every_case_is_as_the_rule_says()
    {
        var wrong = new List<string>();
        foreach (var join in JoinCases.All)
        {
            var found = await _bench.RunAsync(join, await TableAsync(join), TestContext.Current.CancellationToken);
            if (JoinDifference.Find(JoinOracle.Join(join, ordered: false), found) is { } difference)
                wrong.Add($"{join.Name}: {difference}");
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public async Task Random_tables_are_as_the_rule_says()
    {
        foreach (var join in RandomJoins.Some(30, seed: 4711))
        {
            var found = await _bench.RunAsync(join, await TableAsync(join), TestContext.Current.CancellationToken);
            Assert.Null(JoinDifference.Find(JoinOracle.Join(join, ordered: false), found));
        }
    }

    [Fact]
    public async Task A_query_is_a_source_too()
    {
        var join = JoinCases.All.First(static one => one.Name == "composite keys");
        var table = (await TableAsync(join)).Table;
        var source = new SourceDocument { Type = "query", Warehouse = "main", Query = $"select * from {table} -- all of it" };

        Assert.Null(JoinDifference.Find(JoinOracle.Join(join, ordered: false), await _bench.RunAsync(join, source, TestContext.Current.CancellationToken)));
    }

    [Theory]
    [InlineData("select 1; drop table victim")]
    [InlineData("delete from victim returning key0, moment, created, feature0")]
    [InlineData("with gone as (delete from victim returning *) select * from gone")]
    [InlineData("select * from nowhere")]
    public async Task A_query_can_only_read(string query)
    {
        await _source.CreateCommand("create table if not exists victim as select 'a'::text as key0, timestamp '2024-01-01' as moment, timestamp '2024-01-01' as created, 1::bigint as feature0")
            .ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        var join = JoinCases.All[0];
        var source = new SourceDocument { Type = "query", Warehouse = "main", Query = query };

        await Assert.ThrowsAsync<InvalidOperationException>(() => _bench.RunAsync(join, source, TestContext.Current.CancellationToken));
        Assert.Equal(1L, await _source.CreateCommand("select count(*) from victim").ExecuteScalarAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("select 'a'::text as key0, timestamp '2024-01-01' as moment, 1::bigint as feature0 from (select spoil()) x")]
    [InlineData("select 'a'::text as key0, timestamp '2024-01-01' as moment, 1::bigint as feature0 from (select set_config('transaction_read_only', 'off', false), spoil()) x")]
    public async Task Reads_of_the_range_and_of_columns_cannot_write(string query)
    {
        await _source.CreateCommand("""
            create table if not exists spoiled (n int);
            create or replace function spoil() returns int language plpgsql as $$ begin insert into spoiled values (1); return 1; end $$
            """).ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        var project = JoinBench.Compile(JoinCases.All[0].Document(new() { Type = "query", Warehouse = "main", Query = query }));
        var warehouses = new Warehouses(new() { Warehouses = { ["main"] = new() { Connection = _connection, Workspaces = ["w"] } } });
        await using (warehouses)
        {
            var warehouse = warehouses.Find("w", "main").Value;
            await using var connection = await warehouse.OpenReadOnlyAsync(TestContext.Current.CancellationToken);
            Assert.Equal("1h", await Scalar(connection, "show statement_timeout"));
            _ = await WarehouseRelations.OfAsync(connection, project.Sources.Values.First(), TestContext.Current.CancellationToken);
        }

        await using (var after = new Warehouses(new() { Warehouses = { ["main"] = new() { Connection = _connection, Workspaces = ["w"] } } }))
        {
            await using var connection = await after.Find("w", "main").Value.OpenReadOnlyAsync(TestContext.Current.CancellationToken);
            await Assert.ThrowsAsync<PostgresException>(() => Scalar(connection, query));
            await Assert.ThrowsAsync<PostgresException>(() => Scalar(connection, "select spoil()"));
        }

        Assert.Equal(0L, await _source.CreateCommand("select count(*) from spoiled").ExecuteScalarAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Names_of_any_characters_are_names()
    {
        const string Evil = "x\"; drop table victim; --'";
        await _source.CreateCommand($"create table names as select 'a'::text as key0, timestamp '2024-01-01' as moment, 7::bigint as \"{Evil.Replace("\"", "\"\"", StringComparison.Ordinal)}\"")
            .ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        var source = new SourceDocument { Type = "table", Warehouse = "main", Table = "names", FieldMapping = new Dictionary<string, string> { [Evil] = "feature0" } };
        var join = new JoinCase("names") { Entities = [new(["a"], JoinCases.At(0)), new(["b"], JoinCases.At(0))] };

        Assert.Equal([["7"], [null]], await _bench.RunAsync(join, source, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_value_that_does_not_fit_is_named()
    {
        await _source.CreateCommand("create table odd as select 'a'::text as key0, timestamp '2024-01-01' as moment, 'twelve'::text as feature0").ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        var join = new JoinCase("odd") { Entities = [new(["a"], JoinCases.At(0))] };
        var failed = await Assert.ThrowsAsync<InvalidOperationException>(
            () => _bench.RunAsync(join, new() { Type = "table", Warehouse = "main", Table = "odd" }, TestContext.Current.CancellationToken));

        Assert.Contains("features.value_invalid: The value 'twelve' in column feature0 of source s", failed.Message, StringComparison.Ordinal);
    }

    private static async Task<string?> Scalar(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return (await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))?.ToString();
    }

    private async Task<SourceDocument> TableAsync(JoinCase join)
    {
        var table = $"t{++_tables}";
        await using var batch = _source.CreateBatch();
        batch.BatchCommands.Add(new($"create table {table} ({RowSql.Columns(join, Type)})"));
        foreach (var rows in join.Rows.Chunk(500))
            batch.BatchCommands.Add(new($"insert into {table} values {RowSql.Rows(join, rows, RowSql.Postgres)}"));
        await batch.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        return new() { Type = "table", Warehouse = "main", Table = table };
    }

    private static string Type(string type) => type.StartsWith("list<", StringComparison.Ordinal) ? Type(type[5..^1]) + "[]" : type switch
    {
        "int32" => "integer",
        "int64" => "bigint",
        "float32" => "real",
        "float64" => "double precision",
        "bytes" => "bytea",
        "bool" => "boolean",
        "unix_timestamp" => "timestamp",
        "uuid" => "uuid",
        _ => "text",
    };
}
