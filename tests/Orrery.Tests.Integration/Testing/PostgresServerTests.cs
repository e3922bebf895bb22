using Npgsql;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

public sealed class PostgresServerTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Databases_of_the_shared_server_are_separate()
    {
        var server = await PostgresServer.SharedAsync();
        var first = await server.CreateDatabaseAsync(Cancel);
        var second = await server.CreateDatabaseAsync(Cancel);

        await RunAsync(first, "create table only_here (id int)");

        await Assert.ThrowsAsync<PostgresException>(() => RunAsync(second, "select count(*) from only_here"));
    }

    [Fact]
    public async Task Committed_rows_survive_a_power_cut_and_a_restart()
    {
        await using var server = await PostgresServer.StartAsync(Cancel);
        var database = await server.CreateDatabaseAsync(Cancel);
        await RunAsync(database, "create table kept (id int); insert into kept values (1)");

        await server.StopImmediateAsync(Cancel);
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => RunAsync(database, "select 1"));
        await server.StartAgainAsync(Cancel);
        NpgsqlConnection.ClearAllPools();
        await RunAsync(database, "insert into kept values (2)");
        await server.RestartAsync(Cancel);
        NpgsqlConnection.ClearAllPools();

        Assert.Equal(2L, await RunAsync(database, "select count(*) from kept"));
    }

    private static async Task<object?> RunAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync(Cancel);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return await command.ExecuteScalarAsync(Cancel);
    }
}
