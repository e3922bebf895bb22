using Microsoft.Extensions.Logging.Abstractions;
using Orrery.Features;
using Orrery.Kernel;
using Orrery.Storage;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>What the feature store keeps goes when its time is over, and not before.</summary>
public sealed class OfflineRetentionTests : IAsyncLifetime
{
    private const string Hash = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    private static readonly Actor Alice = new(WorkspaceId.Default, "default", "alice");
    private readonly SqliteDatabase _database = new();
    private readonly FakeTimeProvider _clock = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("orrery-retention-").FullName;
    private readonly Named _uses = new();
    private FileBlobs _blobs = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _database.InitializeAsync();
        _blobs = new(_folder, _clock);
    }

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Results_and_forgotten_entity_rows_go_after_a_week()
    {
        var (result, request) = ("default/features/historical/j1.json", "default/features/requests/r1.json");
        await KeepAsync(result);
        await KeepAsync(request);
        await WriteAsync(async session =>
        {
            await HistoricalStore.PutAsync(session, Alice, new("j1", "rides", OutputFormat.Json, result, 100, 1), Now);
            await RequestStore.InsertAsync(session, Alice.Workspace, request, 20, Now);
        });
        using var retention = Retention();

        _clock.Advance(TimeSpan.FromDays(6));
        await retention.LookAsync(Alice, Cancel);
        Assert.Equal((120, true, true), (await SumAsync(), await IsKeptAsync(result), await IsKeptAsync(request)));

        _clock.Advance(TimeSpan.FromDays(2));
        await retention.LookAsync(Alice, Cancel);
        Assert.Equal((0, false, false), (await SumAsync(), await IsKeptAsync(result), await IsKeptAsync(request)));
        Assert.Null(await _database.Db.ReadAsync(session => HistoricalStore.FindAsync(session, Alice.Workspace, "j1"), Cancel));
    }

    [Fact]
    public async Task Training_sets_of_deleted_projects_go_unless_a_run_names_them()
    {
        await WriteAsync(session => ProjectStore.InsertAsync(session, Alice.Workspace, "rides", null, Now));
        foreach (var (id, project) in new[] { ("stray", "gone"), ("named", "gone"), ("standing", "rides") })
        {
            await KeepAsync(Key(id));
            var set = new TrainingSet(id, project, id, TrainingSet.Ready, "alice", Now) { ContentHash = Hash, Rows = 1, BlobKey = Key(id), Size = 10, Sha256 = Hash };
            await WriteAsync(async session =>
            {
                await TrainingSetStore.InsertAsync(session, Alice.Workspace, set);
                await TrainingSetStore.CompleteAsync(session, Alice.Workspace, set, []);
            });
        }

        _uses.Needed.Add("named");
        using var retention = Retention();
        _clock.Advance(TimeSpan.FromDays(29));
        await retention.LookAsync(Alice, Cancel);
        Assert.Equal(["named", "standing", "stray"], await SetsAsync());

        _clock.Advance(TimeSpan.FromDays(2));
        await retention.LookAsync(Alice, Cancel);
        Assert.Equal(["named", "standing"], await SetsAsync());
        Assert.Equal((false, true), (await IsKeptAsync(Key("stray")), await IsKeptAsync(Key("named"))));
    }

    private static string Key(string id) => $"default/features/training-sets/{id}.parquet";

    private long Now => _clock.GetUtcNow().ToUnixTimeMilliseconds();

    private OfflineRetention Retention()
    {
        var files = new WorkspaceFiles(_database.Db, _blobs, TestAudit.Log(_database.Db, _clock), null!, _clock);
        var sets = new TrainingSets(null!, null!, null!, null!, files, null!, _database.Db, _blobs, null!, [_uses], null!, TestAudit.Log(_database.Db, _clock), null!, _clock);
        return new(_database.Db, _blobs, sets, null!, new FeatureOptions(), new ServerIdentity(_clock), _clock, NullLogger<OfflineRetention>.Instance);
    }

    private async Task KeepAsync(string key)
    {
        using var content = new MemoryStream([1, 2, 3]);
        await _blobs.PutAsync(key, content, Cancel);
    }

    private async Task<bool> IsKeptAsync(string key)
    {
        await using var blob = await _blobs.OpenAsync(key, range: null, Cancel);
        return blob is not null;
    }

    private async Task<int> SumAsync() => (int)await _database.Db.ReadAsync(session => OfflineStore.SumAsync(session, Alice.Workspace), Cancel);

    private async Task<string[]> SetsAsync()
    {
        var found = new List<string>();
        foreach (var id in new[] { "named", "standing", "stray" })
        {
            if (await _database.Db.ReadAsync(session => TrainingSetStore.FindAsync(session, Alice.Workspace, id), Cancel) is not null)
                found.Add(id);
        }

        return [.. found];
    }

    private async Task WriteAsync(Func<DbSession, ValueTask> write) => await _database.Db.WriteAsync<Done>(async session =>
    {
        await write(session);
        return Done.Ok;
    }, Cancel);

    private sealed class Named : IFeatureUses
    {
        public HashSet<string> Needed { get; } = [];

        public ValueTask<IReadOnlyList<FeatureUse>> ListAsync(Actor actor, string project, CancellationToken cancel) => new([]);

        public ValueTask<IReadOnlySet<string>> NeededAsync(DbSession session, WorkspaceId workspace, IReadOnlyCollection<TrainingData> sets) =>
            new(sets.Select(static set => set.Id).Where(Needed.Contains).ToHashSet());
    }
}
