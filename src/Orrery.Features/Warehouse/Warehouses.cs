using System.Collections.Concurrent;
using Npgsql;
using Orrery.Kernel;

namespace Orrery.Features;

/// <summary>The warehouses of the server's configuration, each with its pool of connections.</summary>
internal sealed class Warehouses(FeatureOptions options) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<NpgsqlDataSource>> _sources = new(StringComparer.Ordinal);

    /// <summary>A warehouse for a workspace; <c>features.warehouse_not_found</c>.</summary>
    public Result<Warehouse> Find(string workspaceName, string name)
    {
        if (!options.Warehouses.TryGetValue(name, out var settings) || (settings.Workspaces.Length > 0 && !settings.Workspaces.Contains(workspaceName)))
            return Failure.Invalid("features.warehouse_not_found", $"This server has no warehouse {name} for this workspace (setting Orrery:Features:Warehouses).");
        var source = _sources.GetOrAdd(name, _ => new(() => new NpgsqlDataSourceBuilder(settings.Connection) { Name = name }.Build()));
        return new Warehouse(name, settings.Dialect == "redshift" ? RedshiftDialect.Instance : PostgresDialect.Instance, source.Value);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var source in _sources.Values.Where(static source => source.IsValueCreated))
            await source.Value.DisposeAsync();
    }
}

/// <summary>A warehouse.</summary>
internal sealed record Warehouse(string Name, PostgresDialect Dialect, NpgsqlDataSource Source)
{
    /// <summary>A connection whose transactions cannot write.</summary>
    public async ValueTask<NpgsqlConnection> OpenReadOnlyAsync(CancellationToken cancel)
    {
        var connection = await Source.OpenConnectionAsync(cancel);
        try
        {
            await using var command = new NpgsqlCommand(WarehouseSql.ReadOnly, connection);
            await command.ExecuteNonQueryAsync(cancel);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }
}
