using System.Net;
using System.Net.Sockets;
using Orrery.Audit;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

public sealed class AuditKeysOnSqlite() : AuditKeyBehaviour(new SqliteDatabase());

public sealed class AuditKeysOnPostgres() : AuditKeyBehaviour(new PostgresDatabase());

/// <summary>Keys and checkpoints on bad days: rotation in mid work, clocks, holds, damaged chains, slow anchors.</summary>
public abstract class AuditKeyBehaviour(TestDatabase database) : IAsyncLifetime
{
    private static readonly Actor Alice = new(WorkspaceId.Default, "default", "alice") { Origin = new() { PrincipalId = "usr_alice", Method = "token" } };

    private static readonly Actor Bob = new(new(2), "other", "bob") { Origin = new() { PrincipalId = "usr_bob", Method = "token" } };

    private readonly FakeTimeProvider _clock = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => database.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Keys_that_are_replaced_while_they_sign_forge_nothing()
    {
        await using var audit = new AuditServer(database, TimeProvider.System);
        using var done = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var rotating = Task.Run(async () =>
        {
            for (var i = 0; i < 40; i++)
                await audit.Trail.RotateKeysAsync(Alice, Cancel);
            await done.CancelAsync();
        }, Cancel);
        var tenants = Enumerable.Range(10, 20).Select(static i => Alice with { Workspace = new(i) }).ToList();
        while (!done.IsCancellationRequested)
        {
            foreach (var actor in tenants)
                await audit.AppendAsync(actor, 1);
            await audit.Trail.CheckpointAsync(Cancel);
        }

        await rotating;
        await audit.Trail.CheckpointAsync(Cancel);
        var verdicts = await ChainCheck.RunAsync(database.Db, Cancel);
        Assert.All(verdicts, static verdict => Assert.Null(verdict.Fault));
        Assert.All(tenants, actor => Assert.True(verdicts.Single(v => v.Workspace == actor.Workspace.Value).Checkpoints > 0));
    }

    [Fact]
    public async Task A_clock_that_steps_back_signs_on_and_all_stays_good()
    {
        var secret = new byte[SecretBox.KeyBytes];
        await using (var audit = new AuditServer(database, _clock, secret: secret))
        {
            await audit.AppendAsync(Alice, 3);
            await audit.Trail.CheckpointAsync(Cancel);
        }

        var earlier = new FakeTimeProvider(_clock.GetUtcNow() - TimeSpan.FromHours(1));
        await using var behind = new AuditServer(database, earlier, secret: secret);
        await behind.AppendAsync(Alice, 2);
        await behind.Trail.CheckpointAsync(Cancel);
        await behind.Trail.RotateKeysAsync(Alice, Cancel);
        await behind.AppendAsync(Alice, 2);
        await behind.Sealer.SealNowAsync(Cancel);
        await behind.Get<Checkpoints>().SignDueAsync(all: false, Cancel);

        var verdict = Assert.Single(await ChainCheck.RunAsync(database.Db, Cancel));
        Assert.Null(verdict.Fault);
        Assert.Equal((8, 3), (verdict.LastSeq, verdict.Checkpoints));
    }

    [Fact]
    public async Task A_key_that_does_not_open_is_replaced_and_what_it_signed_stays_good()
    {
        await using (var audit = new AuditServer(database, _clock, secret: new byte[SecretBox.KeyBytes]))
        {
            await audit.AppendAsync(Alice, 3);
            await audit.Trail.CheckpointAsync(Cancel);
        }

        // The procedure after a lost secrets key.
        await RunAsync("delete from aud_subject_key");
        await using var other = new AuditServer(database, _clock);
        await other.AppendAsync(Alice, 3);
        await other.Trail.CheckpointAsync(Cancel);
        var verdict = Assert.Single(await ChainCheck.RunAsync(database.Db, Cancel));
        Assert.Null(verdict.Fault);
        Assert.Equal(2, (await other.Trail.ListKeysAsync(Cancel)).Count);
    }

    [Fact]
    public async Task What_is_held_is_not_erased_and_nobody_erases_themselves()
    {
        await using var audit = new AuditServer(database, _clock);
        await audit.AppendAsync(Alice, 1);
        await audit.Trail.SetHoldAsync(Alice, new() { Held = true, Reason = "case 7" }, Cancel);
        Assert.Equal("audit.held", (await audit.Trail.EraseAsync(Bob with { Workspace = Alice.Workspace }, "usr_alice", Cancel)).Failure?.Code);
        Assert.Equal("audit.held", (await audit.Trail.EraseAsync(Bob with { Workspace = WorkspaceId.Platform }, "usr_alice", Cancel)).Failure?.Code);
        await audit.Trail.SetHoldAsync(Alice, new() { Held = false }, Cancel);
        Assert.Equal("audit.own_erasure", (await audit.Trail.EraseAsync(Alice, "usr_alice", Cancel)).Failure?.Code);
        Assert.Equal("audit.not_a_person", (await audit.Trail.EraseAsync(Alice, "unidentified", Cancel)).Failure?.Code);
        Assert.Null((await audit.Trail.EraseAsync(Bob with { Workspace = Alice.Workspace }, "usr_alice", Cancel)).Failure);
    }

    [Theory]
    [InlineData("delete from aud_chain where tenant_id = 1", AuditFaults.WrongEnd)]
    [InlineData("update aud_chain set seq = 3, hash = (select hash from aud_entry where tenant_id = 2 and seq = 1) where tenant_id = 1", AuditFaults.WrongEnd)]
    [InlineData("update aud_chain set hash = (select hash from aud_entry where tenant_id = 2 and seq = 1) where tenant_id = 1", AuditFaults.WrongEnd)]
    public async Task A_damaged_end_is_found_and_holds_up_no_other_workspace(string deed, string kind)
    {
        await using var audit = new AuditServer(database, _clock);
        await audit.AppendAsync(Alice, 5);
        await audit.AppendAsync(Bob, 2);
        await audit.Trail.CheckpointAsync(Cancel);
        await RunAsync(deed);

        Assert.Equal(kind, (await ChainCheck.RunAsync(database.Db, Cancel)).Single(static v => v.Workspace == 1).Fault?.Kind);
        await Record.ExceptionAsync(() => audit.AppendAsync(Alice, 1));
        await audit.AppendAsync(Bob, 3);
        await audit.Sealer.SealNowAsync(Cancel);
        Assert.Equal(5, (await audit.Trail.ListAsync(Bob, new(), 10, null, Cancel)).Value.Items.Count);
        Assert.True((await audit.Trail.VerifyAsync(Bob, Cancel)).Valid);
    }

    [Fact]
    public async Task Checkpoints_from_elsewhere_find_a_cut_end_and_keys_from_elsewhere_a_forger()
    {
        await using var audit = new AuditServer(database, _clock);
        await audit.AppendAsync(Alice, 5);
        await audit.Trail.CheckpointAsync(Cancel);
        var keys = await audit.Trail.ListKeysAsync(Cancel);
        var anchored = (await audit.Trail.ListCheckpointsAsync(Alice, 10, null, Cancel)).Value.Items;
        await audit.Trail.RotateKeysAsync(Bob, Cancel);
        await audit.AppendAsync(Alice, 1);
        await audit.Trail.CheckpointAsync(Cancel);
        Assert.Equal(AuditFaults.UnknownKey, (await CheckAsync([], keys)).Fault?.Kind);
        Assert.Null((await CheckAsync(anchored, null)).Fault);

        foreach (var table in (string[])["aud_chain", "aud_checkpoint"])
            await RunAsync($"delete from {table} where tenant_id = 1");
        await RunAsync(database.Db.Dialect.Kind is DatabaseKind.Sqlite ? "drop trigger aud_entry_no_delete" : "drop trigger aud_entry_guard on aud_entry");
        await RunAsync("delete from aud_entry where tenant_id = 1");
        Assert.Equal(AuditFaults.Truncated, (await CheckAsync(anchored, keys)).Fault?.Kind);
    }

    [Fact]
    public async Task A_slow_anchor_holds_up_neither_sealing_nor_the_others()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var file = Path.Combine(database.DataDir, "anchor.ndjson");
        await using var audit = new AuditServer(database, _clock, new() { AnchorUrl = $"http://{silent.LocalEndpoint}/", AnchorPath = file });
        await audit.AppendAsync(Alice, 1);
        await audit.Trail.CheckpointAsync(Cancel);
        await File.WriteAllTextAsync(file, "{\"cut off", Cancel);

        audit.Get<Anchors>().Publish(Cancel);
        audit.Get<Anchors>().Publish(Cancel);
        await Eventually.HoldsAsync("the file has it", async () => (await File.ReadAllLinesAsync(file, Cancel)).Length == 2);
        var passedOver = new List<int>();
        Assert.Equal(1, Assert.Single(await AuditFiles.ReadCheckpointsAsync(file, passedOver.Add, Cancel)).Size);
        Assert.Equal([1], passedOver);
    }

    [Fact]
    public async Task Old_checkpoints_are_thinned_to_the_last_of_each_day()
    {
        await using var audit = new AuditServer(database, _clock);
        for (var day = 0; day < 3; day++)
        {
            for (var i = 0; i < 4; i++)
            {
                await audit.AppendAsync(Alice, 1);
                await audit.Trail.CheckpointAsync(Cancel);
                await audit.Get<Anchors>().PublishAsync(Cancel);
                _clock.Advance(TimeSpan.FromMinutes(5));
            }

            _clock.Advance(TimeSpan.FromHours(24));
        }

        _clock.Advance(TimeSpan.FromDays(31));
        await audit.AppendAsync(Alice, 1);
        await audit.Trail.CheckpointAsync(Cancel);
        await audit.Get<Anchors>().PublishAsync(Cancel);
        await audit.Get<Retention>().PruneAsync(Cancel);
        Assert.Equal([13, 12, 8, 4], (await audit.Trail.ListCheckpointsAsync(Alice, 100, null, Cancel)).Value.Items.Select(static c => c.Size));
        Assert.True((await audit.Trail.VerifyAsync(Alice, Cancel)).Valid);
        var second = (await audit.ExportAsync(Alice))[1];
        Assert.True((await audit.Trail.ProveAsync(Alice, AuditChain.Field(second.Body, "entry_id")!, Cancel)).Succeeded);
    }

    private async Task<AuditVerdict> CheckAsync(IReadOnlyCollection<AuditCheckpoint> documents, IReadOnlyCollection<AuditKey>? keys) =>
        (await ChainCheck.RunAsync(database.Db, Cancel, documents, keys)).Single(static v => v.Workspace == 1);

    private async Task RunAsync(string sql) => await database.Db.WriteAsync<Done>(async session =>
    {
        using var statement = session.Sql(sql);
        await statement.ExecuteAsync();
        return Done.Ok;
    }, Cancel);
}
