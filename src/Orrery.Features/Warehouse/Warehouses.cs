using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Orrery.Kernel;

namespace Orrery.Features;

/// <summary>The warehouses of the server's configuration, each with its pool of connections.</summary>
internal sealed class Warehouses(FeatureOptions options) : IAsyncDisposable
{
    /// <summary>Stands for every workspace.</summary>
    public const string Everyone = "*";

    private readonly ConcurrentDictionary<string, Lazy<NpgsqlDataSource>> _sources = new(StringComparer.Ordinal);

    /// <summary>A warehouse for a workspace; <c>features.warehouse_not_found</c>.</summary>
    public Result<Warehouse> Find(string workspaceName, string name)
    {
        if (!options.Warehouses.TryGetValue(name, out var settings) || !(settings.Workspaces.Contains(Everyone) || settings.Workspaces.Contains(workspaceName)))
            return Failure.Invalid("features.warehouse_not_found", $"This server has no warehouse {name} for this workspace (setting Orrery:Features:Warehouses:{name}:Workspaces).");
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
    /// <summary>Longest that one statement may take.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromHours(1);

    /// <summary>
    /// A connection in a transaction that cannot write, which ends when the connection is disposed: whatever SQL runs in it cannot begin another.
    /// </summary>
    public async ValueTask<NpgsqlConnection> OpenReadOnlyAsync(CancellationToken cancel)
    {
        var connection = await Source.OpenConnectionAsync(cancel);
        try
        {
            await ExecuteAsync(connection, WarehouseSql.Timeout(Timeout), cancel);
            await ExecuteAsync(connection, WarehouseSql.BeginReadOnly, cancel);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private static async ValueTask ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancel);
    }
}

/// <summary>Says at the start who may read which warehouse.</summary>
internal sealed class WarehouseNotice(FeatureOptions options, ILogger<Warehouses> logger) : IHostedService
{
    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var (name, settings) in options.Warehouses.OrderBy(static one => one.Key, StringComparer.Ordinal))
        {
            if (settings.Workspaces.Length == 0)
                Log.WarehouseForNobody(logger, name);
            else
                Log.WarehouseFor(logger, name, string.Join(", ", settings.Workspaces));
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
