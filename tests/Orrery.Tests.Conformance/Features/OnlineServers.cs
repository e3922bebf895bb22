using System.Net.Http.Headers;
using Orrery.Testing;
using Xunit;

[assembly: AssemblyFixture(typeof(Orrery.Tests.Conformance.Features.OnlineServers))]

namespace Orrery.Tests.Conformance.Features;

/// <summary>Where online values are.</summary>
public enum OnlineBackend
{
    Embedded,
    Redis,
}

/// <summary>One server for each online store, with the same definitions in project <c>default</c>, started by the first test that asks. Tests keep apart by keys.</summary>
public sealed class OnlineServers : IAsyncDisposable
{
    public const string Definitions = """
        project: default
        entities:
          - { name: driver, join_keys: [{ name: driver_id, type: int64 }] }
          - { name: customer, join_keys: [{ name: customer_id, type: string }] }
        sources:
          - { name: driver_push, type: push, created_column: created }
          - { name: shared_push, type: push }
          - { name: mixed_push, type: push }
          - { name: pair_push, type: push }
          - { name: types_push, type: push }
          - { name: world_push, type: push }
        feature_views:
          - name: driver_stats
            entities: [driver]
            source: driver_push
            ttl: 1d
            features:
              - { name: conv_rate, type: float32 }
              - { name: trips, type: int64 }
              - { name: note, type: string }
          - { name: one, entities: [driver], source: shared_push, features: [{ name: a, type: int64 }] }
          - { name: two, entities: [driver], source: shared_push, features: [{ name: b, type: float64 }] }
          - { name: mixed_number, entities: [driver], source: mixed_push, features: [{ name: x, type: int64 }, { name: customer_id, type: string }] }
          - { name: mixed_text, entities: [customer], source: mixed_push, features: [{ name: x, type: string }] }
          - name: pair_stats
            entities: [driver, customer]
            source: pair_push
            features: [{ name: rides, type: int64 }]
          - name: everything
            entities: [customer]
            source: types_push
            features:
              - { name: f_bool, type: bool }
              - { name: f_int32, type: int32 }
              - { name: f_float64, type: float64 }
              - { name: f_bytes, type: bytes }
              - { name: f_time, type: unix_timestamp }
              - { name: f_uuid, type: uuid }
              - { name: f_decimal, type: decimal }
              - { name: f_json, type: json }
              - { name: f_list, type: "list<float64>" }
              - { name: f_texts, type: "list<string>" }
          - { name: world, entities: [], source: world_push, features: [{ name: rate, type: float64 }] }
          - { name: dark, entities: [driver], source: shared_push, online: false, features: [{ name: d, type: int64 }] }
        on_demand_views:
          - name: rates
            inputs: ["driver_stats:trips"]
            request: [{ name: boost, type: float64 }]
            features: [{ name: boosted, type: float64, expression: "trips * boost" }]
        feature_services:
          - { name: activity, features: [{ view: driver_stats, features: [trips] }, { view: one }] }
          - { name: mapped, features: [{ view: driver_stats, features: [trips], as: chauffeur, join_keys: { driver_id: chauffeur_id } }] }
        """;

    private readonly Lazy<Task<ServerProcess>> _embedded = new(() => StartAsync([]));
    private readonly Lazy<Task<ServerProcess>> _redis = new(async () => await StartAsync(["--redis", (await RedisServer.SharedAsync()).Address]));

    public Task<ServerProcess> OnAsync(OnlineBackend backend) => backend is OnlineBackend.Embedded ? _embedded.Value : _redis.Value;

    /// <summary>Starts a server with the definitions.</summary>
    public static async Task<ServerProcess> StartAsync(string[] arguments)
    {
        var server = await ServerProcess.StartAsync(["--log-level", "Warning", .. arguments]);
        using var body = new StringContent(Definitions);
        body.Headers.ContentType = new MediaTypeHeaderValue("application/yaml");
        using var applied = await server.Client.PostAsync(new Uri("api/v1/features/projects/default/apply", UriKind.Relative), body);
        Assert.True(applied.IsSuccessStatusCode, await applied.Content.ReadAsStringAsync());
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in (Lazy<Task<ServerProcess>>[])[_embedded, _redis])
        {
            if (server is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
                await (await server.Value).DisposeAsync();
        }
    }
}
