using Orrery.Storage;

namespace Orrery.Testing;

/// <summary>A SQLite database in a temporary folder.</summary>
public sealed class SqliteDatabase : TestDatabase
{
    /// <inheritdoc/>
    protected override Task<DatabaseOptions> CreateAsync() => Task.FromResult(new DatabaseOptions());
}
