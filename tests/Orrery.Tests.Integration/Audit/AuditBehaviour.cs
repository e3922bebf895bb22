using System.Text;
using Orrery.Audit;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

public sealed class AuditOnSqlite() : AuditBehaviour(new SqliteDatabase());

public sealed class AuditOnPostgres() : AuditBehaviour(new PostgresDatabase());

/// <summary>What the audit trail promises, on every database.</summary>
public abstract class AuditBehaviour(TestDatabase database) : IAsyncLifetime
{
    private static readonly Actor Alice = new(WorkspaceId.Default, "default", "alice")
    {
        Origin = new() { PrincipalId = "usr_alice", Method = "token", TokenId = "tok_1", Address = "192.0.2.7", RequestId = "req-1" },
    };

    private static readonly Actor Bob = new(new(2), "other", "bob") { Origin = new() { PrincipalId = "usr_bob", Method = "password", Address = "192.0.2.8" } };

    private readonly FakeTimeProvider _clock = new();
    private AuditServer _audit = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await database.InitializeAsync();
        _audit = new(database, _clock);
    }

    public async ValueTask DisposeAsync()
    {
        await _audit.DisposeAsync();
        await database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task An_entry_tells_who_did_what_from_where()
    {
        var record = new AuditRecord("model.version.stage", "model", "churn/3")
        {
            Outcome = AuditOutcome.Refused,
            Reason = "registry.needs_approval",
            Before = new byte[32],
            After = [.. Enumerable.Repeat((byte)0xab, 32)],
            Detail = """{ "to": "Production", "from": "Staging", "n": 1.50 }""",
        };
        await _audit.WriteAsync(Alice, record);

        var entry = Assert.Single((await _audit.Trail.ListAsync(Alice, new(), 10, null, Cancel)).Value.Items);

        Assert.Equal(
            ("model.version.stage", "model", "churn/3", "refused", "registry.needs_approval", "usr_alice", "alice", "192.0.2.7", "token", "tok_1", "req-1", 1L),
            (entry.Action, entry.ObjectKind, entry.ObjectId, entry.Outcome, entry.Reason, entry.Actor, entry.Name, entry.Address, entry.Method, entry.TokenId, entry.RequestId, entry.Seq));
        Assert.Equal(new string('0', 64), entry.Before);
        Assert.Equal(string.Concat(Enumerable.Repeat("ab", 32)), entry.After);
        Assert.Equal("""{"from":"Staging","n":1.5,"to":"Production"}""", entry.Detail!.Value.GetRawText());
        Assert.Equal(_clock.GetUtcNow(), entry.At);
    }

    [Fact]
    public async Task An_undone_act_leaves_no_entry_and_no_key()
    {
        await database.Db.WriteAsync<Done>(async session =>
        {
            await _audit.Log.AppendAsync(session, Alice, new("run.create", "run", "undone"));
            return Failure.Conflict("test.undo", "Undo.");
        }, Cancel);
        await _audit.Get<Subjects>().RefreshAsync(Cancel);
        await _audit.WriteAsync(Alice, new("run.create", "run", "kept"));

        var entry = Assert.Single((await _audit.Trail.ListAsync(Alice, new(), 10, null, Cancel)).Value.Items);
        Assert.Equal(("kept", "alice"), (entry.ObjectId, entry.Name));
    }

    [Fact]
    public async Task Chains_of_workspaces_are_apart_and_whole()
    {
        await _audit.AppendAsync(Alice, 25);
        await _audit.AppendAsync(Bob, 10);
        await _audit.Sealer.SealNowAsync(Cancel);
        await _audit.AppendAsync(Alice, 5);

        var alice = await _audit.Trail.VerifyAsync(Alice, Cancel);
        var bob = await _audit.Trail.VerifyAsync(Bob, Cancel);

        Assert.True(alice.Valid, alice.Fault?.Message);
        Assert.True(bob.Valid, bob.Fault?.Message);
        Assert.Equal((30L, 30L, 10L), (alice.Entries, alice.LastSeq, bob.Entries));
        Assert.Equal("audit.entry_not_found", (await _audit.Trail.FindAsync(Bob, (await IdAsync(3)), Cancel)).Failure?.Code);
    }

    [Fact]
    public async Task Sealers_that_race_leave_one_chain()
    {
        await _audit.AppendAsync(Alice, 200);
        await using var other = new AuditServer(database, _clock, secret: _audit.Secret);
        using var stop = new CancellationTokenSource();
        var writing = Task.WhenAll(_audit.AppendAsync(Alice, 150), other.AppendAsync(Alice, 150));
        var sealing = Task.WhenAll(Enumerable.Range(0, 6).Select(i => Task.Run(() => (i % 2 == 0 ? _audit : other).Sealer.SealNowAsync(Cancel), Cancel)));
        await Task.WhenAll(writing, sealing);

        var verdict = await _audit.Trail.VerifyAsync(Alice, Cancel);

        Assert.True(verdict.Valid, verdict.Fault?.Message);
        Assert.Equal(500, verdict.Entries);
    }

    [Fact]
    public async Task A_clock_that_steps_back_does_not_break_the_chain()
    {
        await _audit.AppendAsync(Alice, 3);
        await _audit.Sealer.SealNowAsync(Cancel);
        await using var slow = new AuditServer(database, new FakeTimeProvider(_clock.GetUtcNow() - TimeSpan.FromHours(2)), secret: _audit.Secret);
        await slow.AppendAsync(Alice, 3);
        await slow.Sealer.SealNowAsync(Cancel);

        var verdict = await _audit.Trail.VerifyAsync(Alice, Cancel);
        var entries = (await _audit.Trail.ListAsync(Alice, new(), 10, null, Cancel)).Value.Items;

        Assert.True(verdict.Valid, verdict.Fault?.Message);
        Assert.Equal([6, 5, 4, 3, 2, 1], entries.Select(static e => e.Seq));
        Assert.True(entries[0].At < entries[^1].At);
        Assert.Equal(entries[^1].SealedAt, entries[0].SealedAt);
    }

    [Fact]
    public async Task Entries_are_found_by_actor_object_action_and_time_page_by_page()
    {
        await _audit.AppendAsync(Alice, 7);
        await _audit.Sealer.SealNowAsync(Cancel);
        _clock.Advance(TimeSpan.FromHours(1));
        var later = _clock.GetUtcNow();
        await _audit.AppendAsync(Alice with { Origin = Alice.Origin with { PrincipalId = "usr_carol" } }, 4, "run.delete");

        Assert.Equal(4, await CountAsync(new(Actor: "usr_carol")));
        Assert.Equal(7, await CountAsync(new(Action: "run.create")));
        Assert.Equal(2, await CountAsync(new(ObjectKind: "run", ObjectId: "r3")));
        Assert.Equal(0, await CountAsync(new(ObjectKind: "model", ObjectId: "r3")));
        Assert.Equal(4, await CountAsync(new(Since: later)));
        Assert.Equal(7, await CountAsync(new(Until: later)));
        Assert.Equal(0, await CountAsync(new(Since: later, Action: "run.create")));
        var seqs = new List<long>();
        string? token = null;
        do
        {
            var page = (await _audit.Trail.ListAsync(Alice, new(), 4, token, Cancel)).Value;
            seqs.AddRange(page.Items.Select(static e => e.Seq));
            token = page.NextToken;
        }
        while (token is not null);
        Assert.Equal(Enumerable.Range(1, 11).Reverse().Select(static s => (long)s), seqs);
        Assert.Equal("audit.invalid_page_token", (await _audit.Trail.ListAsync(Alice, new(), 4, "nonsense", Cancel)).Failure?.Code);
    }

    [Fact]
    public async Task The_database_refuses_to_change_or_remove_an_entry()
    {
        await _audit.AppendAsync(Alice, 3);
        await _audit.Sealer.SealNowAsync(Cancel);

        await Assert.ThrowsAnyAsync<Exception>(() => RunAsync("update aud_entry set action = 'x' where seq = 2"));
        await Assert.ThrowsAnyAsync<Exception>(() => RunAsync("delete from aud_entry where seq = 2"));

        Assert.Equal(3, (await _audit.Trail.VerifyAsync(Alice, Cancel)).Entries);
    }

    [Theory]
    [InlineData("changed", 5)]
    [InlineData("removed", 5)]
    [InlineData("inserted", 5)]
    [InlineData("reordered", 5)]
    [InlineData("truncated", 18)]
    [InlineData("rewritten", 1)]
    public async Task What_was_done_to_the_table_is_found_and_named(string deed, long seq)
    {
        await _audit.AppendAsync(Alice, 20);
        await _audit.Trail.CheckpointAsync(Cancel);
        Assert.True((await _audit.Trail.VerifyAsync(Alice, Cancel)).Valid);
        var id = await IdAsync(seq);
        await UnlockAsync();

        await TamperAsync(deed);
        var verdict = await _audit.Trail.VerifyAsync(Alice, Cancel);

        Assert.False(verdict.Valid);
        Assert.Equal((deed, seq), (verdict.Fault!.Kind, verdict.Fault.Seq));
        if (deed is "changed")
            Assert.Equal(id, verdict.Fault.EntryId);
    }

    [Fact]
    public async Task A_column_that_does_not_say_what_the_content_says_is_found()
    {
        await _audit.AppendAsync(Alice, 9);
        await _audit.Sealer.SealNowAsync(Cancel);
        await UnlockAsync();

        await RunAsync("update aud_entry set actor = 'usr_mallory' where seq = 4");
        var verdict = await _audit.Trail.VerifyAsync(Alice, Cancel);

        Assert.Equal((AuditFaults.Changed, 4L), (verdict.Fault!.Kind, verdict.Fault.Seq));
    }

    [Fact]
    public async Task An_end_that_was_cut_off_in_the_chains_row_too_is_found_by_a_checkpoint()
    {
        await _audit.AppendAsync(Alice, 12);
        await _audit.Trail.CheckpointAsync(Cancel);
        await UnlockAsync();
        await RunAsync("delete from aud_entry where seq > 10");
        await RunAsync("update aud_chain set seq = 10, hash = (select hash from aud_entry where seq = 10)");

        var verdict = await _audit.Trail.VerifyAsync(Alice, Cancel);

        Assert.Equal((AuditFaults.Truncated, 11L), (verdict.Fault!.Kind, verdict.Fault.Seq));
    }

    [Fact]
    public async Task A_forged_checkpoint_is_found()
    {
        await _audit.AppendAsync(Alice, 5);
        await _audit.Trail.CheckpointAsync(Cancel);
        await RunAsync("update aud_checkpoint set document = replace(document, '\"size\":5', '\"size\":4'), size = 4");

        Assert.Equal(AuditFaults.Forged, (await _audit.Trail.VerifyAsync(Alice, Cancel)).Fault?.Kind);
    }

    [Fact]
    public async Task An_entry_is_proven_without_the_rest()
    {
        await _audit.AppendAsync(Alice, 13);
        await _audit.Trail.CheckpointAsync(Cancel);
        await _audit.AppendAsync(Alice, 3);
        var keys = await _audit.Trail.ListKeysAsync(Cancel);

        for (var seq = 1; seq <= 16; seq++)
        {
            var proof = (await _audit.Trail.ProveAsync(Alice, await IdAsync(seq), Cancel)).Value;
            Assert.Null(proof.Fault(keys));
            Assert.NotNull((proof with { Body = proof.Body.Replace("usr_alice", "usr_mallory", StringComparison.Ordinal) }).Fault(keys));
            Assert.NotNull((proof with { Seq = proof.Seq % 16 + 1 }).Fault(keys));
            Assert.NotNull(proof.Fault([]));
        }
    }

    [Fact]
    public async Task Checkpoints_go_out_and_find_a_chain_that_was_written_anew()
    {
        await using var audit = new AuditServer(database, _clock, new() { AnchorPath = Path.Combine(database.DataDir, "anchor.ndjson") });
        await audit.AppendAsync(Alice, 6);
        await audit.Trail.CheckpointAsync(Cancel);
        await audit.Get<Anchors>().PublishAsync(Cancel);
        await audit.Get<Anchors>().PublishAsync(Cancel);

        var anchored = AuditCheckpoint.Parse(Assert.Single(await File.ReadAllLinesAsync(Path.Combine(database.DataDir, "anchor.ndjson"), Cancel)));
        var blob = AuditCheckpoint.Parse(await File.ReadAllTextAsync(
            Assert.Single(Directory.GetFiles(Path.Combine(audit.BlobDir, "audit", "1"), "*.json", SearchOption.AllDirectories)), Cancel));
        Assert.Equal(blob, anchored);
        Assert.Equal((6L, 6L), (anchored.Size, anchored.DaySize()));

        // All of the database is the attacker's, the keys in it too: only what went out tells.
        var forger = new AuditVerifier(1, [anchored], await audit.Trail.ListKeysAsync(Cancel));
        foreach (var entry in Forged(await audit.ExportAsync(Alice), from: 3))
            forger.Add(entry);
        Assert.Equal(AuditFaults.Rewritten, forger.Finish().Fault?.Kind);
    }

    [Fact]
    public async Task A_day_ends_with_a_checkpoint_of_its_own()
    {
        await _audit.AppendAsync(Alice, 3);
        await _audit.Sealer.SealNowAsync(Cancel);
        _clock.Advance(TimeSpan.FromDays(1));
        await _audit.AppendAsync(Alice, 2);
        await _audit.Trail.CheckpointAsync(Cancel);

        var documents = (await _audit.Trail.ListCheckpointsAsync(Alice, 10, null, Cancel)).Value.Items;

        Assert.Equal([(5L, 4L), (3L, 1L)], documents.Select(static d => (d.Size, d.DayFirst)));
        Assert.True((await _audit.Trail.VerifyAsync(Alice, Cancel)).Valid);
    }

    [Fact]
    public async Task Keys_rotate_and_old_checkpoints_stay_good()
    {
        await _audit.AppendAsync(Alice, 2);
        await _audit.Trail.CheckpointAsync(Cancel);
        _clock.Advance(TimeSpan.FromSeconds(1));
        var key = await _audit.Trail.RotateKeysAsync(Alice, Cancel);
        await _audit.Trail.CheckpointAsync(Cancel);
        _clock.Advance(TimeSpan.FromDays(91));
        await _audit.AppendAsync(Alice, 2);
        await _audit.Trail.CheckpointAsync(Cancel);

        var signers = (await _audit.Trail.ListCheckpointsAsync(Alice, 10, null, Cancel)).Value.Items.Select(static d => d.KeyId).Distinct().ToList();

        Assert.Equal(3, signers.Count);
        Assert.Equal(key.KeyId, signers[1]);
        Assert.True((await _audit.Trail.VerifyAsync(Alice, Cancel)) is { Valid: true, Checkpoints: >= 3 });
    }

    [Fact]
    public async Task Erasing_a_person_leaves_the_chain_valid()
    {
        await _audit.AppendAsync(Alice, 3);
        await _audit.Get<Subjects>().RefreshAsync(Cancel);
        await _audit.AppendAsync(Alice, 2);
        Assert.All((await _audit.Trail.ListAsync(Alice, new(), 10, null, Cancel)).Value.Items, static e => Assert.Equal("alice", e.Name));

        Assert.True((await _audit.Trail.EraseAsync(Alice with { Origin = Bob.Origin, Name = "bob" }, "usr_alice", Cancel)).Succeeded);
        var again = await _audit.Trail.EraseAsync(Alice with { Origin = Bob.Origin, Name = "bob" }, "usr_alice", Cancel);
        await _audit.AppendAsync(Alice, 1);

        var entries = (await _audit.Trail.ListAsync(Alice, new(Actor: "usr_alice"), 10, null, Cancel)).Value.Items;
        Assert.Equal(["alice", null, null, null, null, null], entries.Select(static e => e.Name));
        Assert.Equal("audit.subject_not_found", again.Failure?.Code);
        Assert.True((await _audit.Trail.VerifyAsync(Alice, Cancel)).Valid);
        Assert.DoesNotContain(await _audit.ExportAsync(Alice), static e => Encoding.UTF8.GetString(e.Body).Contains("192.0.2", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Old_days_go_unless_held_and_the_rest_still_verifies()
    {
        await _audit.AppendAsync(Alice, 4);
        await _audit.Trail.CheckpointAsync(Cancel);
        _clock.Advance(TimeSpan.FromDays(2558));
        await _audit.AppendAsync(Alice, 3);
        await _audit.Trail.CheckpointAsync(Cancel);
        await _audit.Trail.SetHoldAsync(Alice, new() { Held = true, Reason = "case 7" }, Cancel);
        await _audit.Get<Retention>().PruneAsync(Cancel);
        Assert.Equal(1, (await _audit.Trail.VerifyAsync(Alice, Cancel)).FirstSeq);

        await _audit.Trail.SetHoldAsync(Alice, new() { Held = false }, Cancel);
        await _audit.Get<Retention>().PruneAsync(Cancel);
        var verdict = await _audit.Trail.VerifyAsync(Alice, Cancel);

        Assert.True(verdict.Valid, verdict.Fault?.Message);
        Assert.Equal((5L, 10L), (verdict.FirstSeq, verdict.LastSeq));
        Assert.Null((await _audit.Trail.ProveAsync(Alice, await IdAsync(5), Cancel)).Value.Fault(await _audit.Trail.ListKeysAsync(Cancel)));
        await RunAsync("delete from aud_checkpoint where kind = 'pruned'");
        Assert.Equal(AuditFaults.Removed, (await _audit.Trail.VerifyAsync(Alice, Cancel)).Fault?.Kind);
    }

    [Fact]
    public async Task An_export_verifies_without_the_server()
    {
        await _audit.AppendAsync(Alice, 8);
        await _audit.Trail.CheckpointAsync(Cancel);
        var lines = (await _audit.ExportAsync(Alice)).ConvertAll(static e => Encoding.UTF8.GetString(AuditChain.ToLine(e)));
        var documents = (await _audit.Trail.ListCheckpointsAsync(Alice, 10, null, Cancel)).Value.Items;
        var keys = await _audit.Trail.ListKeysAsync(Cancel);

        Assert.True(Verify(lines).Valid);
        Assert.Equal((AuditFaults.Changed, 3L), Found([.. lines.Select((line, i) => i == 2 ? line.Replace("r2", "r9", StringComparison.Ordinal) : line)]));
        Assert.Equal((AuditFaults.Removed, 3L), Found([.. lines.Where((_, i) => i != 2)]));
        Assert.Equal((AuditFaults.Truncated, 7L), Found([.. lines.Take(6)]));
        Assert.Equal((AuditFaults.Reordered, 4L), Found([lines[0], lines[1], lines[3], lines[2], .. lines.Skip(4)]));
        Assert.Equal((AuditFaults.Inserted, 2L), Found([lines[0], lines[1], lines[1], .. lines.Skip(2)]));

        AuditVerdict Verify(IEnumerable<string> file)
        {
            var verifier = new AuditVerifier(1, documents, [.. keys]);
            foreach (var line in file)
                verifier.Add(AuditChain.FromLine(line));
            return verifier.Finish();
        }

        (string, long) Found(string[] file) => Verify(file).Fault is { } fault ? (fault.Kind, fault.Seq) : ("", 0);
    }

    private static IEnumerable<SealedEntry> Forged(IReadOnlyList<SealedEntry> entries, long from)
    {
        var head = AuditChain.Genesis(1);
        foreach (var entry in entries)
        {
            var body = entry.Seq == from ? Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(entry.Body).Replace("usr_alice", "usr_mallory", StringComparison.Ordinal)) : entry.Body;
            head = AuditChain.Hash(head, entry.SealedAt, body);
            yield return entry with { Body = body, Hash = head };
        }
    }

    private async Task TamperAsync(string deed)
    {
        switch (deed)
        {
            case "changed":
                await ReplaceAsync(5, (await EntryAsync(5)).Body is var body && body[^3] is var last ? [.. body[..^3], (byte)(last ^ 1), .. body[^2..]] : [], null);
                break;
            case "removed":
                await RunAsync("delete from aud_entry where seq = 5");
                break;
            case "inserted":
                // A made-up entry that follows the fourth by its hash; the rest is moved up by one.
                await RunAsync("update aud_entry set seq = -seq - 1 where seq >= 5");
                await RunAsync("update aud_entry set seq = -seq where seq < 0");
                var text = Encoding.UTF8.GetString((await EntryAsync(4)).Body).Replace("\"r3\"", "\"rx\"", StringComparison.Ordinal);
                var (made, at) = (Encoding.UTF8.GetBytes(text), (await EntryAsync(4)).SealedAt);
                await RunAsync("""
                    insert into aud_entry (tenant_id, seq, entry_id, sealed_at, action, object_kind, object_id, actor, hash, body)
                    select tenant_id, 5, 'made-up', sealed_at, action, object_kind, 'rx', actor, hash, body from aud_entry where seq = 4
                    """);
                await ReplaceAsync(5, made, AuditChain.Hash((await EntryAsync(4)).Hash, at, made));
                await RunAsync($"update aud_entry set entry_id = '{AuditChain.Field(made, "entry_id")}' where seq = 5", dropIndex: true);
                break;
            case "reordered":
                await RunAsync("update aud_entry set seq = 1000 where seq = 5");
                await RunAsync("update aud_entry set seq = 5 where seq = 6");
                await RunAsync("update aud_entry set seq = 6 where seq = 1000");
                break;
            case "truncated":
                await RunAsync("delete from aud_entry where seq >= 18");
                break;
            default:
                foreach (var forged in Forged(await _audit.ExportAsync(Alice), from: 5))
                    await ReplaceAsync(forged.Seq, forged.Body, forged.Hash);
                await RunAsync("update aud_entry set actor = 'usr_mallory' where seq = 5");
                break;
        }
    }

    private async Task<int> CountAsync(AuditFilter filter) => (await _audit.Trail.ListAsync(Alice, filter, 100, null, Cancel)).Value.Items.Count;

    private async Task<string> IdAsync(long seq) => AuditChain.Field((await EntryAsync(seq)).Body, "entry_id")!;

    private async Task<SealedEntry> EntryAsync(long seq)
    {
        await _audit.Sealer.SealNowAsync(Cancel);
        return (await database.Db.ReadAsync(session => EntryStore.ListAsync(session, 1, seq - 1, 1), Cancel)).Single().Entry;
    }

    private async Task ReplaceAsync(long seq, byte[] body, byte[]? hash) => await database.Db.WriteAsync<Done>(async session =>
    {
        using var statement = session.Sql("update aud_entry set body = @body, hash = coalesce(@hash, hash) where seq = @seq")
            .Set("body", body).Set("hash", hash).Set("seq", seq);
        await statement.ExecuteAsync();
        return Done.Ok;
    }, Cancel);

    // Whoever owns the database can do this; the chain is for them.
    private async Task UnlockAsync()
    {
        if (database.Db.Dialect.Kind is DatabaseKind.Postgres)
        {
            await RunAsync("drop trigger aud_entry_guard on aud_entry");
            return;
        }

        await RunAsync("drop trigger aud_entry_no_update");
        await RunAsync("drop trigger aud_entry_no_delete");
    }

    private async Task RunAsync(string sql, bool dropIndex = false)
    {
        if (dropIndex)
            await RunAsync("drop index aud_entry_id");
        await database.Db.WriteAsync<Done>(async session =>
        {
            using var statement = session.Sql(sql);
            await statement.ExecuteAsync();
            return Done.Ok;
        }, Cancel);
    }
}
