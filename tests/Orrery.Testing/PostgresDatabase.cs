using Orrery.Storage;

namespace Orrery.Testing;

/// <summary>A database on the test run's PostgreSQL; without one the tests are skipped, or fail in CI.</summary>
public sealed class PostgresDatabase : TestDatabase
{
    /// <inheritdoc/>
    protected override async Task<DatabaseOptions> CreateAsync() => new()
    {
        ConnectionString = await (await PostgresServer.SharedAsync()).CreateMigratedDatabaseAsync() + ";Maximum Pool Size=30",
    };
}
