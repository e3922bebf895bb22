using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>A server in this process, and what its trail gained by each call.</summary>
public abstract class AuditedServer : IAsyncLifetime
{
    // Written by a job, whenever it gets to it.
    private const string OfPackageJob = "model.package.store";

    private ServerInProcess _server = null!;
    private HttpClient _client = null!;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        _server = await ServerInProcess.StartAsync(await FlagsAsync());
        var addresses = _server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        _client = new HttpClient { BaseAddress = new Uri(addresses.First()) };
        // The first call makes its workspace, which has an entry of its own.
        (await _client.GetAsync(new Uri("api/2.0/mlflow/experiments/get?experiment_id=0", UriKind.Relative))).Dispose();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        _client.Dispose();
        await _server.DisposeAsync();
    }

    /// <summary>Sends a call and answers what it answered, and the actions of the entries that came with it, sorted.</summary>
    public async Task<AuditedCall> CallAsync(string method, string path, string? body, CancellationToken cancel)
    {
        var before = await AuditedActs.ReadAsync(_server.Services, cancel);
        using var request = new HttpRequestMessage(new(method), path);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await _client.SendAsync(request, cancel);
        var text = await response.Content.ReadAsStringAsync(cancel);
        var added = (await AuditedActs.ReadAsync(_server.Services, cancel)).Where(act => !before.Remove(act) && act.Action != OfPackageJob);
        return new(response.IsSuccessStatusCode, text, [.. added.Select(static act => act.Action).Order(StringComparer.Ordinal)]);
    }

    /// <summary>Which database.</summary>
    protected abstract Task<string[]> FlagsAsync();
}

/// <summary>What became of a call.</summary>
/// <param name="Succeeded">It was not refused.</param>
/// <param name="Text">Its answer.</param>
/// <param name="Actions">Of the entries that the trail gained, sorted.</param>
public sealed record AuditedCall(bool Succeeded, string Text, IReadOnlyList<string> Actions)
{
    /// <summary>The answer as JSON.</summary>
    public JsonNode Json => JsonNode.Parse(Text)!;
}

/// <summary>On SQLite.</summary>
public sealed class AuditedOnSqlite : AuditedServer
{
    /// <inheritdoc/>
    protected override Task<string[]> FlagsAsync() => Task.FromResult<string[]>([]);
}

/// <summary>On PostgreSQL.</summary>
public sealed class AuditedOnPostgres : AuditedServer
{
    /// <inheritdoc/>
    protected override async Task<string[]> FlagsAsync() => ["--database", await (await PostgresServer.SharedAsync()).CreateMigratedDatabaseAsync()];
}
