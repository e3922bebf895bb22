using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.Logging.Abstractions;
using Orrery.Kernel;
using Orrery.Tenancy;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Refused accesses are in the trail, and do not fill it.</summary>
public abstract class RefusalTrailTests(TestDatabase database) : IAsyncLifetime
{
    private const string Code = "tenancy.permission_denied";
    private static readonly Actor Ann = new(new WorkspaceId(2), "red", "ann") { Origin = new() { PrincipalId = "usr_ann", Method = "token" } };
    private static readonly Actor Bob = new(new WorkspaceId(2), "red", "bob") { Origin = new() { PrincipalId = "usr_bob", Method = "token" } };
    private static readonly RouteEndpoint Runs = Endpoint("/api/v1/runs");
    private static readonly RouteEndpoint Models = Endpoint("/api/v1/models");
    private readonly FakeTimeProvider _time = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => database.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Repeats_within_a_minute_are_counted_and_the_next_entry_says_how_many()
    {
        using var trail = Trail();
        for (var i = 0; i < 5; i++)
            await trail.RecordAsync(Ann, "usr_ann", Runs, Code, asked: null, Cancel);
        await trail.RecordAsync(Ann, "usr_ann", Models, Code, asked: null, Cancel);
        await trail.RecordAsync(Ann, "usr_ann", Runs, "tenancy.token_scope", asked: null, Cancel);
        await trail.RecordAsync(Bob, "usr_bob", Runs, Code, asked: null, Cancel);
        Assert.Equal(4, (await EntriesAsync(2)).Count);

        _time.Advance(TimeSpan.FromSeconds(61));
        await trail.RecordAsync(Ann, "usr_ann", Runs, Code, asked: null, Cancel);

        var entries = await EntriesAsync(2);
        Assert.Equal(5, entries.Count);
        Assert.Equal(4, Assert.Single(entries, static entry => entry.TryGetProperty("detail", out _)).GetProperty("detail").GetProperty("repeated").GetInt64());
    }

    [Fact]
    public async Task What_was_counted_is_written_when_nothing_follows_and_then_forgotten()
    {
        using var trail = Trail();
        for (var i = 0; i < 3; i++)
            await trail.RecordAsync(Ann, "usr_ann", Runs, Code, asked: null, Cancel);
        await trail.FlushAsync(all: false, Cancel);
        Assert.Single(await EntriesAsync(2));

        _time.Advance(TimeSpan.FromSeconds(61));
        await trail.FlushAsync(all: false, Cancel);
        await trail.FlushAsync(all: false, Cancel);

        Assert.Equal(2, (await EntriesAsync(2))[^1].GetProperty("detail").GetProperty("repeated").GetInt64());
        Assert.Equal(2, (await EntriesAsync(2)).Count);
        Assert.Equal(0, trail.Count);
    }

    [Fact]
    public async Task Many_at_once_write_one_entry_and_none_is_lost()
    {
        using var trail = Trail();
        await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Task.Run(
            async () => await trail.RecordAsync(Ann, "usr_ann", Runs, Code, asked: null, Cancel), Cancel)));
        await trail.FlushAsync(all: true, Cancel);

        var entries = await EntriesAsync(2);
        Assert.Equal(2, entries.Count);
        Assert.Equal(199, entries[^1].GetProperty("detail").GetProperty("repeated").GetInt64());
    }

    [Fact]
    public async Task The_name_asked_for_is_kept_only_if_it_could_be_one()
    {
        using var trail = Trail();
        await trail.RecordAsync(Ann, "usr_ann", Runs, Code, "blue", Cancel);
        await trail.RecordAsync(Ann, "usr_ann", Models, Code, "Blue\",\"x\":\"", Cancel);

        var entries = await EntriesAsync(2);
        Assert.Equal("blue", entries[0].GetProperty("detail").GetProperty("workspace").GetString());
        Assert.False(entries[1].TryGetProperty("detail", out _));
    }

    [Fact]
    public async Task Addresses_without_end_take_bounded_memory_and_few_entries()
    {
        using var trail = Trail(most: 500);
        var writes = Enumerable.Range(0, trail.Most + 500);
        await Parallel.ForEachAsync(writes, Cancel, async (i, cancel) =>
            await trail.RecordAsync(Ann, FormattableString.Invariant($"2001:db8::{i}"), Runs, Code, asked: null, cancel));

        Assert.InRange(trail.Count, trail.Most, trail.Most + 50);
        Assert.InRange((await EntriesAsync(0)).Count, 1, 1);
    }

    private RefusalTrail Trail(int most = 10_000) => new(database.Db, TestAudit.Log(database.Db, _time), _time, NullLogger<RefusalTrail>.Instance) { Most = most };

    private static RouteEndpoint Endpoint(string pattern) => new(static _ => Task.CompletedTask, RoutePatternFactory.Parse(pattern), 0, EndpointMetadataCollection.Empty, pattern);

    private async Task<List<JsonElement>> EntriesAsync(long tenant) => await database.Db.ReadAsync(
        async session =>
        {
            using var statement = session.Sql("""
                select body, entry_id from aud_inbox where tenant_id = @tenant
                 union all
                select body, entry_id from aud_entry where tenant_id = @tenant
                 order by 2
                """).Set("tenant", tenant);
            return await statement.ListAsync(static row => JsonElement.Parse(row.GetFieldValue<byte[]>(0)));
        }, Cancel);
}

public sealed class SqliteRefusalTrailTests() : RefusalTrailTests(new SqliteDatabase());

public sealed class PostgresRefusalTrailTests() : RefusalTrailTests(new PostgresDatabase());
