using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Orrery.Audit;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

public sealed class AnchorsOnSqlite() : AnchorBehaviour(new SqliteDatabase());

public sealed class AnchorsOnPostgres() : AnchorBehaviour(new PostgresDatabase());

/// <summary>How checkpoints leave the database.</summary>
public abstract class AnchorBehaviour(TestDatabase database) : IAsyncLifetime
{
    private static readonly Actor Alice = new(WorkspaceId.Default, "default", "alice") { Origin = new() { PrincipalId = "usr_alice", Method = "token" } };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Folder => Path.Combine(database.DataDir, "anchor");

    private string Second => Path.Combine(database.DataDir, "second");

    public ValueTask InitializeAsync() => database.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Every_place_gets_every_checkpoint_in_order_and_one_that_is_away_holds_up_itself_only()
    {
        await using var listener = await Listener.StartAsync();
        await using var audit = new AuditServer(database, new FakeTimeProvider(), new()
        {
            AnchorPath = Path.Combine(Folder, "anchor.ndjson"),
            AnchorUrl = listener.Address,
            AnchorBlobs = new() { Location = Second },
        });

        // The folder of the anchor's file is not there, and the listener says no.
        listener.Answer = 503;
        await CheckpointAsync(audit);
        await CheckpointAsync(audit);
        Assert.Equal([1, 2], Sizes(audit.BlobDir));
        Assert.Equal([1, 2], Sizes(Second));
        Assert.Equal(2, listener.Refused);
        Assert.Empty(listener.Taken);

        listener.Answer = 204;
        await CheckpointAsync(audit);
        Assert.Equal([1, 2, 3], listener.Taken);

        Directory.CreateDirectory(Folder);
        await CheckpointAsync(audit);
        await audit.Get<Anchors>().PublishAsync(Cancel);
        var lines = await File.ReadAllLinesAsync(Path.Combine(Folder, "anchor.ndjson"), Cancel);
        Assert.Equal([1, 2, 3, 4], lines.Select(static line => AuditCheckpoint.Parse(line).Size));
        Assert.Equal([1, 2, 3, 4], listener.Taken);
        Assert.Equal([1, 2, 3, 4], Sizes(audit.BlobDir));
        Assert.Equal([1, 2, 3, 4], Sizes(Second));
    }

    private static async Task CheckpointAsync(AuditServer audit)
    {
        await audit.AppendAsync(Alice, 1);
        await audit.Trail.CheckpointAsync(Cancel);
        await audit.Get<Anchors>().PublishAsync(Cancel);
    }

    private static IEnumerable<long> Sizes(string blobs) => Directory.GetFiles(Path.Combine(blobs, "audit", "1"), "*.json", SearchOption.AllDirectories)
        .Select(static file => AuditCheckpoint.Parse(File.ReadAllText(file)).Size).Order();

    /// <summary>What somebody else runs to keep checkpoints.</summary>
    private sealed class Listener : IAsyncDisposable
    {
        private readonly WebApplication _app;
        private readonly ConcurrentQueue<long> _taken = [];
        private int _refused;

        private Listener(WebApplication app) => _app = app;

        public int Answer { get; set; } = 204;

        public int Refused => _refused;

        public IEnumerable<long> Taken => _taken;

        public string Address => _app.Urls.Single() + "/checkpoints";

        public static async Task<Listener> StartAsync()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            var app = builder.Build();
            app.Urls.Add("http://127.0.0.1:0");
            var listener = new Listener(app);
            app.MapPost("/checkpoints", listener.TakeAsync);
            await app.StartAsync(Cancel);
            return listener;
        }

        public ValueTask DisposeAsync() => _app.DisposeAsync();

        private async Task<IResult> TakeAsync(HttpRequest request)
        {
            using var body = new StreamReader(request.Body);
            var size = AuditCheckpoint.Parse(await body.ReadToEndAsync(request.HttpContext.RequestAborted)).Size;
            if (Answer < 300)
                _taken.Enqueue(size);
            else
                Interlocked.Increment(ref _refused);
            return Results.StatusCode(Answer);
        }
    }
}
