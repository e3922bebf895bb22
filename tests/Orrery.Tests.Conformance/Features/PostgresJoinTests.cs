using Npgsql;
using Orrery.Contracts;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Conformance;

/// <summary>The join rule in a warehouse: PostgreSQL.</summary>
public sealed class PostgresJoinTests : IAsyncLifetime
{
    private JoinBench _bench = null!;
    private NpgsqlDataSource _source = null!;
    private int _tables;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        var connection = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync(TestContext.Current.CancellationToken);
        _source = NpgsqlDataSource.Create(connection);
        _bench = new(options => options.Warehouses["main"] = new() { Connection = connection });
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
