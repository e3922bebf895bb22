using System.Diagnostics;
using Orrery.Native;
using Xunit;

namespace Orrery.Tests.Unit;

/// <summary>Cancellation, one call at a time, and use after the end.</summary>
public sealed class DuckCallTests : DuckTest
{
    // Runs for minutes unless something ends it.
    private const string Endless = "SELECT count(*) FROM range(10000000) a(i), range(1000000) b(j) WHERE (i * j) % 7 = 1";

    [Fact]
    public async Task A_token_ends_the_query_that_runs_and_no_later_one()
    {
        using var source = new CancellationTokenSource();
        var query = Start(() => Connection.Execute(Endless, source.Token));
        await WaitUntilBusyAsync();

        await source.CancelAsync();

        var ended = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => query);
        Assert.Equal(source.Token, ended.CancellationToken);
        Assert.Equal(1, Scalar("SELECT 1"));
    }

    [Fact]
    public async Task Tokens_cancelled_at_any_moment_end_their_own_query_only()
    {
        for (var i = 0; i < 300; i++)
        {
            using var source = new CancellationTokenSource();
            var cancelling = Task.Run(
                () =>
                {
                    Thread.SpinWait(i * 50);
                    source.Cancel();
                },
                Cancel);
            try
            {
                _ = Connection.Execute("SELECT sum(i) FROM range(20000) t(i)", source.Token);
            }
            catch (OperationCanceledException cancelled)
            {
                Assert.Equal(source.Token, cancelled.CancellationToken);
            }

            Assert.Equal(i, Scalar($"SELECT {i}"));
            await cancelling;
        }
    }

    [Fact]
    public async Task A_token_cancelled_before_duckdb_begins_still_ends_the_query()
    {
        for (var i = 0; i < 20; i++)
        {
            using var source = new CancellationTokenSource();
            var query = Start(() => Connection.Execute(Endless, source.Token));
            await source.CancelAsync();
            _ = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => query);
        }
    }

    [Fact]
    public void An_interrupt_of_nothing_is_forgotten_by_whatever_comes_next()
    {
        _ = Execute("CREATE TABLE t (i INTEGER)");
        using var statement = Connection.Prepare("SELECT 1");
        using var appender = Connection.Appender("t");
        appender.Append(1).EndRow();

        Interrupted(() => appender.Flush(Cancel));
        Interrupted(() => Execute("SELECT 1"));
        Interrupted(() => Connection.Prepare("SELECT 1").Dispose());
        Interrupted(() => Connection.StatementKind("SELECT 1"));
        Interrupted(() => statement.Execute(Cancel));
        Interrupted(() => Connection.Appender("t").Dispose());
        Interrupted(() =>
        {
            using var reader = statement.Query(streaming: true, Cancel);
            Assert.True(reader.Read());
        });

        void Interrupted(Action next)
        {
            NativeMethods.duckdb_interrupt(Connection.Handle);
            next();
        }
    }

    [Fact]
    public async Task A_prepared_and_a_streaming_run_are_cancelled()
    {
        using var statement = Connection.Prepare(Endless);
        await IsCancelledAsync(cancel => statement.Execute(cancel));
        await IsCancelledAsync(cancel => statement.Query(cancel: cancel).Dispose());
        await IsCancelledAsync(cancel =>
        {
            using var reader = statement.Query(streaming: true, cancel);
            _ = reader.Read();
        });
        Assert.Equal(1, Scalar("SELECT 1"));
    }

    [Fact]
    public void A_token_that_is_cancelled_already_runs_nothing()
    {
        _ = Execute("CREATE TABLE t (i INTEGER)");

        _ = Assert.ThrowsAny<OperationCanceledException>(() => Connection.Execute("INSERT INTO t VALUES (1)", new(canceled: true)));

        Assert.Equal(0L, Scalar("SELECT count(*) FROM t"));
    }

    [Fact]
    public async Task An_interrupt_ends_what_runs_as_a_failure()
    {
        Connection.Interrupt();
        Assert.Equal(1, Scalar("SELECT 1"));
        var query = Start(() => Connection.Execute(Endless, Cancel));
        while (!query.IsCompleted)
        {
            Connection.Interrupt();
            await Task.Yield();
        }

        Assert.Equal(DuckErrorType.Interrupt, (await Assert.ThrowsAsync<DuckException>(() => query)).Type);
    }

    [Fact]
    public async Task A_second_call_while_one_runs_is_refused()
    {
        using var source = new CancellationTokenSource();
        var query = Start(() => Connection.Execute(Endless, source.Token));
        await WaitUntilBusyAsync();

        Assert.Contains("one call at a time", Assert.Throws<InvalidOperationException>(() => Execute("SELECT 1")).Message, StringComparison.Ordinal);

        await source.CancelAsync();
        _ = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => query);
    }

    [Fact]
    public async Task Progress_is_told_while_a_table_is_read()
    {
        _ = Execute("CREATE TABLE t AS SELECT i FROM range(1000000) t(i)");
        using var source = new CancellationTokenSource();
        var query = Start(() => Connection.Execute($"SELECT max({string.Concat(Enumerable.Repeat("md5(", 12))}i::VARCHAR{new string(')', 12)}) FROM t", source.Token));
        double? seen = null;
        while (!query.IsCompleted && seen is not > 0)
        {
            seen = Connection.Progress ?? seen;
            await Task.Yield();
        }

        await source.CancelAsync();
        _ = await Record.ExceptionAsync(() => query);
        _ = Assert.NotNull(seen);
        Assert.InRange(seen.Value, 0, 1);
    }

    [Fact]
    public void A_streaming_reader_keeps_others_off_its_connection()
    {
        using (var reader = Query("SELECT i FROM range(100000) t(i)", streaming: true))
        {
            Assert.True(reader.Read());
            Assert.Contains("streaming reader is open", Assert.Throws<InvalidOperationException>(() => Execute("SELECT 1")).Message, StringComparison.Ordinal);
            Assert.True(reader.Read());
        }

        Assert.Equal(1, Scalar("SELECT 1"));
    }

    [Fact]
    public void A_streaming_reader_that_was_read_to_its_end_lets_others_on()
    {
        using var reader = Query("SELECT 1", streaming: true);
        while (reader.Read())
            Assert.Equal(1, reader.Rows);

        Assert.Equal(1, Scalar("SELECT 1"));
    }

    [Fact]
    public void A_reader_in_memory_outlives_later_queries_its_connection_and_its_database()
    {
        var database = DuckDatabase.Open(PathOf("db"), Options);
        var connection = database.Connect();
        using var reader = connection.Query("SELECT i, 'text that is long enough ' || i FROM range(5000) t(i)", cancel: Cancel);
        _ = connection.Execute("SELECT 1", Cancel);
        connection.Dispose();
        database.Dispose();

        var rows = 0;
        for (; reader.Read(); rows += reader.Rows)
            Assert.Equal($"text that is long enough {rows}", reader.Value(1, 0));
        Assert.Equal(5000, rows);
    }

    [Fact]
    public void A_failure_while_streaming_is_told()
    {
        using var reader = Query("SELECT (CASE WHEN i = 9000000 THEN 'no number' ELSE '1' END)::INTEGER FROM range(10000000) t(i)", streaming: true);

        var failure = Assert.Throws<DuckException>(() =>
        {
            while (reader.Read())
                Assert.True(reader.Rows > 0);
        });

        // DuckDB loses the cause now and then when another of its threads met it.
        if (failure.Type is DuckErrorType.Interrupt)
            Assert.Contains("failed while its rows were read", failure.Message, StringComparison.Ordinal);
        else
            Assert.Equal(DuckErrorType.Conversion, failure.Type);
        Assert.Equal(1, Scalar("SELECT 1"));
    }

    [Fact]
    public void What_is_disposed_says_so()
    {
        _ = Execute("CREATE TABLE t (i INTEGER)");
        var connection = Database.Connect();
        var statement = connection.Prepare("SELECT 1");
        var reader = statement.Query(cancel: Cancel);
        var appender = connection.Appender("t");
        var chunk = appender.CreateChunk();
        reader.Dispose();
        chunk.Dispose();
        _ = Assert.Throws<ObjectDisposedException>(() => reader.Read());
        _ = Assert.Throws<ObjectDisposedException>(() => reader.Value(0, 0));
        _ = Assert.Throws<ObjectDisposedException>(() => chunk.Values<int>(0).Length);
        _ = Assert.Throws<ObjectDisposedException>(() => appender.AppendChunk(chunk, 1));
        connection.Dispose();
        connection.Dispose();
        _ = Assert.Throws<ObjectDisposedException>(() => connection.Execute("SELECT 1", Cancel));
        _ = Assert.Throws<ObjectDisposedException>(() => statement.Execute(Cancel));
        _ = Assert.Throws<ObjectDisposedException>(() => appender.Append(1));
        _ = Assert.Throws<ObjectDisposedException>(() => connection.Progress);
        statement.Dispose();
        appender.Dispose();
        _ = Assert.Throws<ObjectDisposedException>(() => statement.Bind(1, 1));
        _ = Assert.Throws<ObjectDisposedException>(() => appender.Append(1));
    }

    private async Task IsCancelledAsync(Action<CancellationToken> run)
    {
        using var source = new CancellationTokenSource();
        var running = Start(() =>
        {
            run(source.Token);
            return 0L;
        });
        await WaitUntilBusyAsync();
        await source.CancelAsync();
        _ = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    // A thread of its own: queries hold theirs, and the pool has few.
    private static Task<long> Start(Func<long> query) =>
        Task.Factory.StartNew(query, Cancel, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private async Task WaitUntilBusyAsync()
    {
        var waiting = Stopwatch.StartNew();
        while (!Connection.Calls.IsBusy && waiting.Elapsed < TimeSpan.FromSeconds(30))
            await Task.Yield();
        Assert.True(Connection.Calls.IsBusy);
    }
}
