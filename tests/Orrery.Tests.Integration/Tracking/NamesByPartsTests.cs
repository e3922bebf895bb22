using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Orrery.Storage;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>PostgreSQL finds runs by parts of their names with an index where it may have pg_trgm, and without where it may not.</summary>
public sealed class NamesByPartsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_index_is_there_where_the_extension_can_be_had() =>
        Assert.True(await HasIndexAsync(await (await PostgresServer.SharedAsync()).CreateMigratedDatabaseAsync(Cancel)));

    [Fact]
    public async Task Who_may_not_have_the_extension_has_all_but_the_index()
    {
        var database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync(Cancel);
        // May make tables, as the owner of a schema, and nothing of the database itself.
        var role = "modest_" + new NpgsqlConnectionStringBuilder(database).Database;
        await ExecuteAsync(database, $"create role {role} login; grant all on schema public to {role}");
        var connection = new NpgsqlConnectionStringBuilder(database) { Username = role }.ToString();
        await using var services = new ServiceCollection().AddLogging().AddStorage(new() { ConnectionString = connection }, Path.GetTempPath()).AddModuleMigrations().BuildServiceProvider();

        await services.GetRequiredService<Migrator>().RunAsync(until: null, Cancel);

        Assert.False(await HasIndexAsync(connection));
        await ExecuteAsync(connection, "select name from trk_run where name ilike '%part%'");
    }

    private static async Task<bool> HasIndexAsync(string connection)
    {
        await using var source = NpgsqlDataSource.Create(connection);
        await using var command = source.CreateCommand("select count(*) from pg_indexes where indexname = 'trk_run_name_part'");
        return await command.ExecuteScalarAsync(Cancel) is 1L;
    }

    private static async Task ExecuteAsync(string connection, string sql)
    {
        await using var source = NpgsqlDataSource.Create(connection);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancel);
    }
}
