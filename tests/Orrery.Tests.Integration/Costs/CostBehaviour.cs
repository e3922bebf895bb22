using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orrery.Audit;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;
using Orrery.Tenancy;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

public sealed class CostsOnSqlite(SqliteDatabase database) : CostBehaviour(database), IClassFixture<SqliteDatabase>;

public sealed class CostsOnPostgres(PostgresDatabase database) : CostBehaviour(database), IClassFixture<PostgresDatabase>;

/// <summary>The ledger, statements, budgets and quotas on a database.</summary>
public abstract class CostBehaviour
{
    private static int _workspaces = 1000;

    private readonly FakeTimeProvider _time = new(new(2026, 10, 20, 0, 0, 0, TimeSpan.Zero));
    private readonly Db _db;
    private readonly UsageLedger _ledger;
    private readonly Statements _statements;
    private readonly Budgets _budgets;
    private readonly Prices _prices;
    private readonly Quotas _quotas;
    private readonly QuotaLimits _limits;
    private readonly CancellationToken _cancel = TestContext.Current.CancellationToken;

    protected CostBehaviour(TestDatabase database)
    {
        _db = database.Db;
        var audit = TestAudit.Log(_db, _time);
        _ledger = new(_time);
        _statements = new(_db, audit, _time);
        _budgets = new(_db, database.Services.GetRequiredService<Outbox>(), audit, _time);
        _prices = new(_db, audit, _time);
        _limits = new(_db);
        var storage = new StorageQuota(_limits, _db, [], _time);
        _quotas = new(_db, _limits, storage, new AccessEpoch(_db, new IdentityOptions()), audit, _time);
    }

    [Fact]
    public async Task Requests_are_counted_and_written_once_for_each_workspace_that_had_any()
    {
        var (red, blue) = (NewActor(), NewActor());
        using var meter = new RequestMeter(_db, _ledger, new ServerIdentity(_time), _time, NullLogger<RequestMeter>.Instance);
        using var other = new RequestMeter(_db, _ledger, new ServerIdentity(_time), _time, NullLogger<RequestMeter>.Instance);
        Parallel.For(0, 1000, i => (i % 4 == 0 ? other : meter).Count(i % 2 == 0 ? red : blue));
        meter.Count(Actor.System(WorkspaceId.Platform, "platform"));
        _time.Advance(TimeSpan.FromMinutes(1));
        await meter.FlushAsync(_cancel);
        await other.FlushAsync(_cancel);

        // An empty minute, then one with a request.
        _time.Advance(TimeSpan.FromMinutes(1));
        await meter.FlushAsync(_cancel);
        meter.Count(blue);
        _time.Advance(TimeSpan.FromMinutes(1));
        await meter.FlushAsync(_cancel);

        Assert.Equal([500m], await QuantitiesAsync(red));
        Assert.Equal([501m], await QuantitiesAsync(blue));
    }

    [Fact]
    public async Task A_month_of_20_teams_balances_with_the_ledger_to_the_cent_and_a_budget_alert_fires()
    {
        var random = new Random(20);
        var begin = new DateTimeOffset(2026, 10, 1, 0, 0, 0, TimeSpan.Zero);
        var teams = Enumerable.Range(0, 20).Select(_ => NewActor()).ToList();
        var exact = new Dictionary<Actor, decimal>();
        await _budgets.SetAsync(teams[0], new() { Amount = 1 }, _cancel);
        foreach (var team in teams)
        {
            var facts = new List<UsageFact>();
            for (var hour = 0; hour < 31 * 24; hour += random.Next(1, 4))
            {
                var meter = Meters.All[random.Next(Meters.All.Count)].Name;
                facts.Add(new($"{hour}", meter, random.Next(1, 40_000_000) / 1000m, begin.AddHours(hour), begin.AddHours(hour + 1))
                {
                    Resource = meter == Meters.GpuSeconds ? "a100" : "",
                    CostCenter = $"cc{random.Next(3)}",
                    ObjectKind = "model",
                    ObjectId = $"m{random.Next(4)}",
                });
            }

            Assert.Equal(facts.Count, await AppendAsync(team, facts));
            exact[team] = facts.Sum(static fact => PriceBook.Cost(Meters.Find(fact.Meter)!, fact.Micros, Meters.Find(fact.Meter)!.DefaultPrice));
        }

        foreach (var team in teams)
        {
            var statement = (await _statements.FindAsync(team, "2026-10", _cancel)).Value;
            Assert.Equal(decimal.Round(exact[team], 2, MidpointRounding.AwayFromZero), statement.Total);
            Assert.Equal(statement.Total, statement.Lines.Sum(static line => line.Amount));
            Assert.Equal(statement.Total, statement.Models.Sum(static model => model.Amount));
        }

        Assert.Equal(4, await _budgets.CheckAsync(teams[0], _cancel));
        Assert.Equal(4, await EventsAsync(teams[0]));
        Assert.Equal(0, await _budgets.CheckAsync(teams[0], _cancel));
        Assert.Equal(0, await _budgets.CheckAsync(teams[1], _cancel));
    }

    [Fact]
    public async Task A_fact_written_again_counts_once_and_a_wrong_one_undoes_all()
    {
        var team = NewActor();
        Assert.Equal(1, await AppendAsync(team, [Core("a", 1, 10)]));
        Assert.Equal(1, await AppendAsync(team, [Core("a", 1, 10), Core("b", 1, 10)]));
        foreach (var wrong in new[] { Core("c", 1, -1), Core("", 1, 1), Core("c", 1, 1) with { Meter = "watts" }, Core("c", 1, 1) with { To = default } })
        {
            var refused = await _db.WriteAsync(session => _ledger.AppendAsync(session, team, [Core("d", 1, 5), wrong]), _cancel);
            Assert.Equal("tenancy.invalid_usage", refused.Failure?.Code);
        }

        Assert.Equal(20, Assert.Single((await _statements.FindAsync(team, "2026-10", _cancel)).Value.Lines).Quantity);
        Assert.Empty((await _statements.FindAsync(NewActor(), "2026-10", _cancel)).Value.Lines);
    }

    [Fact]
    public async Task A_closed_month_stays_as_it_is_and_late_facts_adjust_the_next()
    {
        var team = NewActor();
        await AppendAsync(team, [Core("a", 1, 2_628_000), Core("b", 1, 2_628_000) with { Meter = Meters.GpuSeconds, Resource = "gpu-of-this-test" }]);
        Assert.Equal("tenancy.month_not_over", (await _statements.CloseAsync(team, "2026-10", _cancel)).Failure?.Code);
        _time.Advance(TimeSpan.FromDays(15));
        var closed = (await _statements.CloseAsync(team, "2026-10", _cancel)).Value;
        Assert.Equal("tenancy.month_closed", (await _statements.CloseAsync(team, "2026-10", _cancel)).Failure?.Code);

        await AppendAsync(team, [Core("late", 31, 2_628_000)]);
        await _prices.SetAsync(team, new() { Meter = Meters.GpuSeconds, Resource = "gpu-of-this-test", Price = 9, ValidFrom = new(2026, 10, 1) }, _cancel);

        var kept = (await _statements.FindAsync(team, "2026-10", _cancel)).Value;
        Assert.Equal((true, 2570m, closed.Hash), (kept.Closed, kept.Total, kept.Hash));
        Assert.Equal(kept.Hash, StatementCsv.Hash(kept));
        var next = (await _statements.FindAsync(team, "2026-11", _cancel)).Value;
        Assert.Equal(("2026-10", 70m), (Assert.Single(next.Lines).AdjustmentOf, next.Total));
    }

    [Fact]
    public async Task Months_are_closed_in_their_order()
    {
        var team = NewActor();
        await AppendAsync(team, [Core("a", 1, 1)]);
        _time.Advance(TimeSpan.FromDays(70));

        Assert.Equal("tenancy.month_before_open", (await _statements.CloseAsync(team, "2026-11", _cancel)).Failure?.Code);
        Assert.True((await _statements.CloseAsync(team, "2026-10", _cancel)).Succeeded);
        Assert.True((await _statements.CloseAsync(team, "2026-11", _cancel)).Succeeded);
    }

    [Fact]
    public async Task A_budget_tells_of_each_threshold_once_a_month()
    {
        var team = NewActor();
        // 70 dollars a core-month: 700 on each of ten days.
        await _budgets.SetAsync(team, new() { Amount = 15_000, CostCenter = "risk" }, _cancel);
        for (var day = 1; day <= 10; day++)
            await AppendAsync(team, [Core($"d{day}", day, 26_280_000) with { CostCenter = "risk" }, Core($"o{day}", day, 26_280_000)]);
        _time.Advance(new DateTimeOffset(2026, 10, 20, 0, 0, 0, TimeSpan.Zero) - _time.GetUtcNow());

        Assert.Equal(0, await _budgets.CheckAsync(team, _cancel));
        Assert.Equal(7000m, Assert.Single((await _budgets.ListAsync(team, _cancel)).Budgets).Spent);
        await AppendAsync(team, [Core("more", 11, 26_280_000) with { CostCenter = "risk" }]);
        Assert.Equal(1, await _budgets.CheckAsync(team, _cancel));
        Assert.Equal(["actual-50"], Assert.Single((await _budgets.ListAsync(team, _cancel)).Budgets).Alerts);
        Assert.Equal("tenancy.invalid_budget", (await _budgets.SetAsync(team, new() { Amount = 0.001m }, _cancel)).Failure?.Code);
        Assert.Equal("tenancy.budget_not_found", (await _budgets.SetAsync(team, new(), _cancel)).Failure?.Code);
        Assert.Empty((await _budgets.SetAsync(team, new() { CostCenter = "risk" }, _cancel)).Value.Budgets);
    }

    [Fact]
    public async Task Two_hundred_reservations_at_once_never_exceed_the_limit()
    {
        var team = NewActor();
        await SetAsync(team, QuotaKinds.Gpus, new() { Soft = 20, Hard = 30, Contact = "gpu-desk" });

        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => ReserveAsync(team, $"step-{i}", 1).AsTask()));

        Assert.Equal(30, answers.Count(static answer => answer is null));
        Assert.All(answers.Where(static answer => answer is not null), static answer =>
        {
            Assert.Equal((FailureKind.Denied, "tenancy.quota_exceeded"), (answer!.Kind, answer.Code));
            Assert.Contains("used 30, requested 1, allowed 30. Ask gpu-desk", answer.Message, StringComparison.Ordinal);
        });
        var status = (await _quotas.ListAsync(team, _cancel)).Quotas.Single(static quota => quota.Kind == QuotaKinds.Gpus);
        Assert.Equal((30, 0, "gpu-desk"), (status.Used, status.Remaining, status.Contact));
        Assert.Contains("used 30 of 20", _quotas.Warning(team.Workspace, QuotaKinds.Gpus), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reservation_ends_when_released_or_when_its_lease_does()
    {
        var team = NewActor();
        await SetAsync(team, QuotaKinds.Gpus, new() { Hard = 4 });
        Assert.Null(await ReserveAsync(team, "a", 3));
        Assert.NotNull(await ReserveAsync(team, "b", 2));
        Assert.Null(await ReserveAsync(team, "a", 2));
        Assert.Null(await ReserveAsync(team, "b", 2));

        _time.Advance(TimeSpan.FromMinutes(4));
        Assert.True((await _db.WriteAsync<bool>(async s => await _quotas.RenewAsync(s, team, QuotaKinds.Gpus, "b", TimeSpan.FromMinutes(5)), _cancel)).Value);
        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.Null(await ReserveAsync(team, "c", 2));
        Assert.NotNull(await ReserveAsync(team, "d", 1));
        await _db.WriteAsync<Done>(async s =>
        {
            await _quotas.ReleaseAsync(s, team, QuotaKinds.Gpus, "b");
            return Done.Ok;
        }, _cancel);
        Assert.Null(await ReserveAsync(team, "d", 1));
    }

    [Fact]
    public async Task Runs_are_counted_per_day_and_only_under_a_limit()
    {
        var team = NewActor();
        Assert.Null(await RunAsync(team));
        await SetAsync(team, QuotaKinds.RunsPerDay, new() { Hard = 2 });
        Assert.Null(await RunAsync(team));
        Assert.Null(await RunAsync(team));
        Assert.Contains("used 2, requested 1, allowed 2", (await RunAsync(team))!.Message, StringComparison.Ordinal);
        _time.Advance(TimeSpan.FromDays(1));
        Assert.Null(await RunAsync(team));
        await SetAsync(team, QuotaKinds.RunsPerDay, new());
        for (var i = 0; i < 5; i++)
            Assert.Null(await RunAsync(team));
    }

    [Fact]
    public async Task Limits_that_make_no_sense_are_refused()
    {
        var team = NewActor();
        Assert.Equal("tenancy.unknown_quota", (await _quotas.SetAsync(team, "coffee", new() { Hard = 1 }, _cancel)).Failure?.Code);
        foreach (var (kind, set) in new (string, SetQuota)[]
        {
            (QuotaKinds.Gpus, new() { Hard = -1 }), (QuotaKinds.Gpus, new() { Soft = 5, Hard = 4 }), (QuotaKinds.RequestsPerSecond, new() { Soft = 1 }),
            (QuotaKinds.Gpus, new() { Hard = 1, Contact = "a\nb" }),
        })
            Assert.Equal("tenancy.invalid_quota", (await _quotas.SetAsync(team, kind, set, _cancel)).Failure?.Code);
    }

    [Fact]
    public async Task Requests_beyond_the_rate_are_refused_with_a_time_to_come_again()
    {
        var (team, other) = (NewActor(), NewActor());
        await SetAsync(team, QuotaKinds.RequestsPerSecond, new() { Hard = 1 });
        using var requests = new RequestQuota(_limits);

        Assert.True(requests.TryAcquire(team.Workspace, out _));
        Assert.False(requests.TryAcquire(team.Workspace, out var wait));
        Assert.InRange(wait, TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(2));
        Assert.True(requests.TryAcquire(other.Workspace, out _));
    }

    [Fact]
    public async Task What_is_stored_is_sampled_once_an_hour()
    {
        var team = NewActor();
        var workspaces = new Workspaces(_db, [], new AccessEpoch(_db, new IdentityOptions()), TestAudit.Log(_db, _time), _time);
        using var sampling = new StorageSampling(
            _db, new StorageQuota(_limits, _db, [new Stored(3L << 29)], _time), _ledger, workspaces, new ServerIdentity(_time), _time, NullLogger<StorageSampling>.Instance);

        await sampling.SampleAsync(team, _cancel);
        _time.Advance(TimeSpan.FromMinutes(30));
        await sampling.SampleAsync(team, _cancel);
        _time.Advance(TimeSpan.FromMinutes(40));
        await sampling.SampleAsync(team, _cancel);

        Assert.Equal(3m, Assert.Single((await _statements.FindAsync(team, "2026-10", _cancel)).Value.Lines).Quantity);
    }

    [Fact]
    public async Task Stored_bytes_are_sampled_at_the_start_and_after_each_full_hour_by_one_server()
    {
        var workspaces = new Workspaces(_db, [], new AccessEpoch(_db, new IdentityOptions()), TestAudit.Log(_db, _time), _time);
        await _db.WriteAsync<Done>(async session =>
        {
            await QuotaStore.CountDayAsync(session, new(7), QuotaKinds.RunsPerDay, BillingMonth.DayOf(_time.GetUtcNow()) - 41);
            await QuotaStore.CountDayAsync(session, new(7), QuotaKinds.RunsPerDay, BillingMonth.DayOf(_time.GetUtcNow()) - 39);
            return Done.Ok;
        }, _cancel);
        using var first = NewSampling(workspaces);
        using var second = NewSampling(workspaces);
        // On SQLite there is one server only.
        var shared = _db.Dialect.Kind is DatabaseKind.Postgres;

        Assert.True(await first.SampleDueAsync(_cancel));
        Assert.Equal(!shared, await second.SampleDueAsync(_cancel));
        Assert.False(await first.SampleDueAsync(_cancel));
        _time.Advance(TimeSpan.FromMinutes(60));
        Assert.True(await second.SampleDueAsync(_cancel));
        Assert.Equal(!shared, await first.SampleDueAsync(_cancel));

        var days = await _db.ReadAsync(async session =>
        {
            using var statement = session.Sql("select count(*) from ten_quota_day where tenant_id = 7");
            return await statement.LongAsync();
        }, _cancel);
        Assert.Equal(1, days);
    }

    [Fact]
    public async Task Sums_of_the_ledger_use_an_index()
    {
        var sqlite = _db.Dialect.Kind is DatabaseKind.Sqlite;
        foreach (var (sql, index) in new[] { (UsageStore.SumsOfMonth, "ten_usage_month"), (UsageStore.SumsOfDays, "ten_usage_day") })
        {
            var plan = await _db.WriteAsync<string>(async session =>
            {
                if (!sqlite)
                {
                    // A table that is nearly empty is read through whatever there is.
                    using var prefer = session.Sql("set local enable_seqscan = off");
                    await prefer.ExecuteAsync();
                }

                using var explain = session.Sql((sqlite ? "explain query plan " : "explain ") + sql).Set("tenant", 1);
                if (index == "ten_usage_month")
                    explain.Set("month", 1);
                else
                    explain.Set("first", 1).Set("last", 2);
                return string.Join('\n', await explain.ListAsync(row => row.GetString(sqlite ? 3 : 0)));
            }, _cancel);
            Assert.Contains("ten_usage_", plan.Value, StringComparison.Ordinal);
            Assert.DoesNotContain("SCAN ten_usage", plan.Value, StringComparison.Ordinal);
            Assert.DoesNotContain("Seq Scan", plan.Value, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Refusals_are_told_once_a_minute_with_the_number_left_out()
    {
        var (team, other) = (NewActor(), NewActor());
        using var refusals = new QuotaRefusals(_db, TestAudit.Log(_db, _time), _time, NullLogger<QuotaRefusals>.Instance);
        for (var i = 0; i < 5; i++)
            refusals.Note(team, QuotaKinds.Gpus);
        refusals.Note(other, QuotaKinds.Gpus);
        _time.Advance(TimeSpan.FromSeconds(61));
        refusals.Note(team, QuotaKinds.Gpus);

        await refusals.WriteAsync(_cancel);

        Assert.Equal(2, await RefusalsAsync(team));
        Assert.Equal(1, await RefusalsAsync(other));
    }

    private StorageSampling NewSampling(Workspaces workspaces) => new(
        _db, new StorageQuota(_limits, _db, [new Stored(3L << 29)], _time), _ledger, workspaces, new ServerIdentity(_time), _time, NullLogger<StorageSampling>.Instance);

    private ValueTask<long> RefusalsAsync(Actor actor) => _db.ReadAsync(async session =>
    {
        using var statement = session.Sql("select (select count(*) from aud_inbox where tenant_id = @tenant) + (select count(*) from aud_entry where tenant_id = @tenant)")
            .Set("tenant", actor.Workspace.Value);
        return await statement.LongAsync() ?? 0;
    }, _cancel);

    private static Actor NewActor()
    {
        var number = Interlocked.Increment(ref _workspaces);
        return new(new(number), $"team-{number}", "ada");
    }

    private sealed class Stored(long bytes) : IStoredBytes
    {
        public ValueTask<long> SumAsync(DbSession session, WorkspaceId workspace) => new(bytes);
    }

    private static UsageFact Core(string key, int day, decimal quantity)
    {
        var from = new DateTimeOffset(2026, 10, day, 5, 0, 0, TimeSpan.Zero);
        return new(key, Meters.CoreSeconds, quantity, from, from.AddHours(1));
    }

    private async Task<int> AppendAsync(Actor actor, IReadOnlyList<UsageFact> facts) =>
        (await _db.WriteAsync(session => _ledger.AppendAsync(session, actor, facts), _cancel)).Value;

    private async ValueTask<Failure?> ReserveAsync(Actor actor, string holder, long amount) => (await _db.WriteAsync(
        session => _quotas.ReserveAsync(session, actor, QuotaKinds.Gpus, holder, amount, TimeSpan.FromMinutes(5)), _cancel)).Failure;

    private async ValueTask<Failure?> RunAsync(Actor actor) => (await _db.WriteAsync(session => _quotas.CountRunAsync(session, actor), _cancel)).Failure;

    private async Task SetAsync(Actor actor, string kind, SetQuota set) => Assert.Null((await _quotas.SetAsync(actor, kind, set, _cancel)).Failure);

    private async Task<IEnumerable<decimal>> QuantitiesAsync(Actor actor) =>
        (await _statements.FindAsync(actor, "2026-10", _cancel)).Value.Lines.Select(static line => line.Quantity);

    private ValueTask<long> EventsAsync(Actor actor) => _db.ReadAsync(async session =>
    {
        using var statement = session.Sql("select count(*) from sys_outbox where tenant_id = @tenant and name = @name")
            .Set("tenant", actor.Workspace.Value).Set("name", Budgets.ThresholdCrossed);
        return await statement.LongAsync() ?? 0;
    }, _cancel);
}
