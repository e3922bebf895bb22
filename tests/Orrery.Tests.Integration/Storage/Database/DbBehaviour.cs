using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.Extensions.DependencyInjection;
using Orrery.Kernel;
using Orrery.Storage;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>What the database promises to every store, whichever it is.</summary>
public abstract class DbBehaviour(TestDatabase database) : IAsyncLifetime
{
    protected static readonly Failure Undo = Failure.Conflict("test.undo", "Undo.");

    private const string CreateProbe = """
        create table t_probe (
            tenant_id bigint not null,
            id {text} not null,
            whole bigint null,
            number double precision null,
            bytes {bytes} null,
            primary key (tenant_id, id)) {clustered}
        """;

    private const string Insert = "insert into t_probe (tenant_id, id, whole, number, bytes) values (1, @id, @whole, @number, @bytes)";

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected TestDatabase Database => database;

    protected Db Db => database.Db;

    public async ValueTask InitializeAsync()
    {
        await database.InitializeAsync();
        await WriteAsync(session => ExecuteAsync(session, CreateProbe));
    }

    public async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task What_a_write_did_is_there_when_it_is_answered()
    {
        var result = await Db.WriteAsync<int>(async session => await InsertAsync(session, "a"), Cancel);

        Assert.Equal(1, result.Value);
        Assert.Equal(["a"], await IdsAsync());
    }

    [Fact]
    public async Task A_failure_and_an_exception_undo_the_write()
    {
        var failed = await Db.WriteAsync<Done>(async session =>
        {
            await InsertAsync(session, "a");
            return Undo;
        }, Cancel);
        await Assert.ThrowsAsync<FormatException>(async () => await Db.WriteAsync<Done>(async session =>
        {
            await InsertAsync(session, "b");
            throw new FormatException("A bug.");
        }, Cancel));

        Assert.Equal(Undo, failed.Failure);
        Assert.Empty(await IdsAsync());
    }

    [Fact]
    public async Task A_statement_that_the_database_refuses_throws_and_the_next_runs()
    {
        for (var round = 0; round < 2; round++)
        {
            await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(async () => await Db.WriteAsync<int>(async session =>
            {
                using var sql = session.Sql("insert into no_such_table (id) values (@id)").Set("id", "a");
                return await sql.ExecuteAsync();
            }, Cancel));
        }

        Assert.True((await Db.WriteAsync<int>(async session => await InsertAsync(session, "after"), Cancel)).Succeeded);
    }

    [Fact]
    public async Task What_runs_with_the_commit_is_written_with_it_or_not_at_all()
    {
        static void Add(DbSession session, string id)
        {
            using var statement = session.Sql(Insert)
                .Set("id", id).Set("whole", 7L).Set("number", (double?)null).Set("bytes", (byte[]?)null);
            statement.ExecuteWithCommit();
        }

        await WriteAsync(async session =>
        {
            Add(session, "b");
            await InsertAsync(session, "a");
            Add(session, "c");
        });
        await Db.WriteAsync<Done>(session =>
        {
            Add(session, "undone");
            return new(Undo);
        }, Cancel);

        // The last of them fails: the key is taken.
        await Assert.ThrowsAnyAsync<DbException>(async () => await Db.WriteAsync<Done>(async session =>
        {
            await InsertAsync(session, "d");
            Add(session, "e");
            Add(session, "b");
            return Done.Ok;
        }, Cancel));
        await WriteAsync(async session => await InsertAsync(session, "f"));

        Assert.Equal(["a", "b", "c", "f"], await IdsAsync());
    }

    [Fact]
    public async Task What_writes_gather_is_written_before_their_commit_and_not_for_those_that_are_undone()
    {
        var groups = new ConcurrentBag<int>();
        var grouped = new GroupedWrite<string>(async (session, items) =>
        {
            groups.Add(items.Count);
            foreach (var item in items)
                await InsertAsync(session, "g" + item);
        });
        await Task.WhenAll(Enumerable.Range(0, 100).Select(async i =>
        {
            try
            {
                await Db.WriteAsync<Done>(async session =>
                {
                    session.Gather(grouped, $"{i:000}");
                    await InsertAsync(session, $"w{i:000}");
                    return (i % 4) switch { 1 => Undo, 2 => throw new FormatException("A bug."), _ => Done.Ok };
                }, Cancel);
            }
            catch (FormatException)
            {
            }
        }));

        var kept = Enumerable.Range(0, 100).Where(static i => i % 4 is 0 or 3).ToList();
        Assert.Equal([.. kept.Select(static i => $"g{i:000}"), .. kept.Select(static i => $"w{i:000}")], await IdsAsync());
        Assert.Equal(50, groups.Sum());

        // One that cannot be written undoes its own write and no other.
        var taken = Db.WriteAsync<Done>(session =>
        {
            session.Gather(grouped, "000");
            return new(Done.Ok);
        }, Cancel);
        var beside = WriteAsync(async session => await InsertAsync(session, "x"));
        await Assert.ThrowsAnyAsync<DbException>(async () => await taken);
        await beside;
        await WriteAsync(async session => await InsertAsync(session, "y"));
        Assert.Equal(["x", "y"], await IdsAsync("id > 'w999'"));
    }

    [Fact]
    public async Task A_write_that_fails_does_not_harm_those_beside_it()
    {
        var writes = Enumerable.Range(0, 200).Select(async i =>
        {
            try
            {
                await Db.WriteAsync<Done>(async session =>
                {
                    await InsertAsync(session, $"{i:000}");
                    if (i % 4 == 1)
                        return Undo;
                    if (i % 4 == 2)
                        throw new FormatException("A bug.");
                    if (i % 4 == 3)
                        await InsertAsync(session, $"{i:000}");
                    return Done.Ok;
                }, Cancel);
                return null;
            }
            catch (Exception e)
            {
                return e;
            }
        });
        var ends = await Task.WhenAll(writes);

        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"{4 * i:000}"), await IdsAsync());
        Assert.Equal(50, ends.Count(e => e is FormatException));
        Assert.Equal(50, ends.Count(e => e is System.Data.Common.DbException));
    }

    [Fact]
    public async Task Many_writers_lose_nothing()
    {
        await WriteAsync(session => InsertAsync(session, "sum"));
        await Parallel.ForAsync(0, 40, new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = Cancel }, async (_, _) =>
        {
            for (var i = 0; i < 10; i++)
                await WriteAsync(session => ExecuteAsync(session, "update t_probe set whole = coalesce(whole, 0) + 1 where tenant_id = 1 and id = 'sum'"));
        });

        Assert.Equal(400, await LongAsync("select whole from t_probe where tenant_id = 1 and id = 'sum'"));
    }

    [Fact]
    public async Task Values_come_back_as_they_went_in()
    {
        byte[] bytes = [0, 1, 255];
        var text = "tab\t'quote' \"double\" \\ back {brace} ünï 漢 🎉 " + new string('x', 5000);
        await WriteAsync(async session =>
        {
            await InsertAsync(session, text, long.MinValue, double.NegativeInfinity, bytes);
            await InsertAsync(session, "", long.MaxValue, double.Epsilon, []);
            await InsertAsync(session, "nulls", null, null, null);
        });

        var rows = await Db.ReadAsync(async session =>
        {
            using var statement = session.Sql("select id, whole, number, bytes from t_probe where tenant_id = 1 order by id");
            return await statement.ListAsync(static row => (
                row.GetString(0), row.IsDBNull(1) ? (long?)null : row.GetInt64(1), row.IsDBNull(2) ? (double?)null : row.GetDouble(2),
                row.IsDBNull(3) ? null : Convert.ToHexString(row.GetFieldValue<byte[]>(3))));
        }, Cancel);

        Assert.Equal(
            [("", long.MaxValue, double.Epsilon, ""), ("nulls", null, null, null), (text, long.MinValue, double.NegativeInfinity, "0001FF")], rows);
    }

    [Fact]
    public async Task NaN_is_refused_before_it_is_written_as_something_else()
    {
        await Assert.ThrowsAsync<ArgumentException>(async () => await WriteAsync(session => InsertAsync(session, "nan", 1, double.NaN)));
        Assert.Throws<ArgumentException>(() => new SqlRows(1).Number("n", [double.NaN]));
        Assert.Empty(await IdsAsync());
    }

    [Fact]
    public async Task A_parameter_that_is_not_set_is_an_error_and_not_the_value_of_the_time_before()
    {
        await WriteAsync(session => ExecuteAsync(session, "insert into t_probe (tenant_id, id) values (@t, @id)", s => s.Set("t", 1).Set("id", "a")));

        await Assert.ThrowsAnyAsync<Exception>(async () =>
            await WriteAsync(session => ExecuteAsync(session, "insert into t_probe (tenant_id, id) values (@t, @id)", s => s.Set("id", "b"))));
        Assert.Equal(["a"], await IdsAsync());
    }

    [Fact]
    public async Task A_statement_is_used_again_with_other_values_and_in_another_order()
    {
        await WriteAsync(async session =>
        {
            const string Sql = "insert into t_probe (tenant_id, id, whole) values (1, @id, @whole)";
            await ExecuteAsync(session, Sql, s => s.Set("id", "a").Set("whole", 1));
            await ExecuteAsync(session, Sql, s => s.Set("whole", 2).Set("id", "b"));
            await ExecuteAsync(session, Sql, s => s.Set("id", "c").Set("whole", (long?)null));
        });
        var sums = await Db.ReadAsync(async session =>
        {
            var found = new List<long?>();
            foreach (var id in (string[])["a", "b", "c", "none"])
            {
                using var statement = session.Sql("select whole from t_probe where tenant_id = 1 and id = @id").Set("id", id);
                found.Add(await statement.LongAsync());
            }

            return found;
        }, Cancel);

        Assert.Equal([1, 2, null, null], sums);
    }

    [Fact]
    public async Task Rows_are_written_with_one_statement_beside_other_parameters()
    {
        const string Sql = """
            insert into t_probe (tenant_id, id, whole, number, bytes)
            select @t, id, w, n, b
              from {rows}
             where true
                on conflict (tenant_id, id) do update set whole = excluded.whole
            """;
        async ValueTask<int> WriteRowsAsync(DbSession session, int from, int count)
        {
            var items = Enumerable.Range(from, count).ToArray();
            using var statement = session.Sql(Sql).Set("t", 1);
            return await statement.ExecuteRowsAsync(new SqlRows(count)
                .Text("id", items, static i => $"{i:000}").Whole("w", items, i => i + from)
                .Number("n", [.. items.Select(i => i / 2.0)]).Bytes("b", [.. items.Select(i => new[] { (byte)i })]));
        }

        await WriteAsync(async session =>
        {
            Assert.Equal(100, await WriteRowsAsync(session, 0, 100));
            Assert.Equal(10, await WriteRowsAsync(session, 95, 10));
            Assert.Equal(0, await WriteRowsAsync(session, 0, 0));
        });

        Assert.Equal(105, (await IdsAsync()).Count);
        Assert.Equal(Enumerable.Range(0, 95).Sum() + Enumerable.Range(95, 10).Sum(i => i + 95), await LongAsync("select sum(whole) from t_probe"));
    }

    [Fact]
    public async Task Lists_are_tested_with_in()
    {
        await WriteAsync(async session =>
        {
            foreach (var (id, whole) in new[] { ("a", 1), ("b'", 2), ("c,d", 3), ("", 4) })
                await InsertAsync(session, id, whole);
        });

        Assert.Equal(["b'", "c,d"], await IdsAsync("id {in list}", s => s.SetList("list", (string[])["b'", "c,d", "none"])));
        Assert.Equal(["", "a"], await IdsAsync("whole {in list}", s => s.SetList("list", (long[])[1, 4])));
        Assert.Empty(await IdsAsync("id {in list}", s => s.SetList("list", (string[])[])));
        Assert.Equal(4, (await IdsAsync("not (id {in list})", s => s.SetList("list", (string[])[]))).Count);
    }

    [Theory]
    [InlineData("A%", false, "Abc", "A\\c", "A_c")]
    [InlineData("a%", false, "abc")]
    [InlineData("a%", true, "abc", "Abc", "A\\c", "A_c")]
    [InlineData("A_c", false, "Abc", "A\\c", "A_c")]
    [InlineData("A\\c", false, "A\\c")]
    [InlineData("A\\_c", false)]
    [InlineData("a\\C", true, "A\\c")]
    [InlineData("%\\", false, "end\\")]
    [InlineData("", false, "")]
    [InlineData("É%", true, "Éa")]
    public async Task Like_means_the_same_everywhere(string pattern, bool ignoreCase, params string[] expected)
    {
        await WriteAsync(async session =>
        {
            foreach (var id in (string[])["abc", "Abc", "A\\c", "A_c", "end\\", "", "Éa", "éa"])
                await InsertAsync(session, id);
        });

        var found = await IdsAsync(Db.Dialect.Like("id", "@p", ignoreCase), s => s.Set("p", Db.Dialect.LikePattern(pattern)));

        Assert.Equal(expected.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Text_is_in_the_order_of_its_bytes()
    {
        string[] ids = ["_", "B", "a", "b", "é", "漢", "A"];
        await WriteAsync(async session =>
        {
            foreach (var id in ids)
                await InsertAsync(session, id);
        });

        Assert.Equal(ids.Order(StringComparer.Ordinal), await IdsAsync());
    }

    [Fact]
    public async Task Two_statements_of_one_session_may_be_open_at_once()
    {
        await WriteAsync(async session =>
        {
            foreach (var id in (string[])["a", "b"])
                await InsertAsync(session, id);
            const string Sql = "select id from t_probe where tenant_id = @t order by id";
            using var first = session.Sql(Sql).Set("t", 1);
            using var second = session.Sql(Sql).Set("t", 2);
            Assert.Equal(["a", "b"], await first.ListAsync(static row => row.GetString(0)));
            Assert.Empty(await second.ListAsync(static row => row.GetString(0)));
        });
    }

    [Fact]
    public async Task What_is_cancelled_before_it_begins_is_not_done()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            await Db.WriteAsync<int>(async session => await InsertAsync(session, "late"), cancelled.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Db.ReadAsync(_ => ValueTask.FromResult(1), cancelled.Token));
        Assert.Empty(await IdsAsync());
    }

    [Fact]
    public async Task A_read_cannot_wait_for_a_write()
    {
        var writing = new TaskCompletionSource();
        using var mayEnd = new ManualResetEventSlim();
        var write = Task.Run(async () => await WriteAsync(async session =>
        {
            await InsertAsync(session, "slow");
            writing.TrySetResult();
            mayEnd.Wait(Cancel);
        }), Cancel);
        await writing.Task.WaitAsync(Cancel);

        Assert.Empty(await IdsAsync());
        mayEnd.Set();
        await write;
        Assert.Equal(["slow"], await IdsAsync());
    }

    [Fact]
    public async Task Migrations_run_once_and_an_edited_one_is_refused()
    {
        var migrator = database.Services.GetRequiredService<Migrator>();
        const string Count = "select count(*) from sys_migration";
        var applied = await LongAsync(Count);
        Assert.True(applied >= 1);

        await migrator.RunAsync(until: null, Cancel);
        Assert.Equal(applied, await LongAsync(Count));

        await WriteAsync(session => ExecuteAsync(session, "update sys_migration set checksum = 'other' where module = 'sys' and number = 1"));
        var refused = await Assert.ThrowsAsync<MigrationException>(async () => await migrator.RunAsync(until: null, Cancel));
        Assert.Contains("sys/0001_jobs_and_outbox was changed", refused.Message, StringComparison.Ordinal);
    }

    protected static async ValueTask<int> InsertAsync(
        DbSession session, string id, long? whole = null, double? number = null, byte[]? bytes = null)
    {
        using var statement = session.Sql(Insert).Set("id", id).Set("whole", whole).Set("number", number).Set("bytes", bytes);
        return await statement.ExecuteAsync();
    }

    protected async Task WriteAsync<T>(Func<DbSession, ValueTask<T>> write) => await Db.WriteAsync<Done>(async session =>
    {
        await write(session);
        return Done.Ok;
    }, Cancel);

    protected async Task WriteAsync(Func<DbSession, Task> write) => await Db.WriteAsync<Done>(async session =>
    {
        await write(session);
        return Done.Ok;
    }, Cancel);

    protected async Task<long?> LongAsync(string sql) => await Db.ReadAsync(async session =>
    {
        using var statement = session.Sql(sql);
        return await statement.LongAsync();
    }, Cancel);

    protected async Task<List<string>> IdsAsync(string condition = "true", Action<DbStatement>? set = null) => await Db.ReadAsync(async session =>
    {
        using var statement = session.Sql($"select id from t_probe where tenant_id = 1 and {condition} order by id");
        set?.Invoke(statement);
        return await statement.ListAsync(static row => row.GetString(0));
    }, Cancel);

    private static async ValueTask<int> ExecuteAsync(DbSession session, string sql, Action<DbStatement>? set = null)
    {
        using var statement = session.Sql(sql);
        set?.Invoke(statement);
        return await statement.ExecuteAsync();
    }
}
