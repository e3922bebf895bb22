using System.Diagnostics;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Npgsql;
using NpgsqlTypes;
using Orrery.Testing;

namespace Orrery.Load;

/// <summary>The rows of a log-batch of 100 metrics, written by hand: one transaction a batch, durable, nothing checked.</summary>
internal static class SqlLimit
{
    private const string Operation = "log batch (100 metrics)";
    private const int Rows = 100;

    private const string CreateTable = """
        create table metric (
            run_id text not null,
            key text not null,
            at bigint not null,
            step bigint not null,
            value double precision not null,
            primary key (run_id, key, step, at))
        """;

    public static LimitResult OnSqlite(LoadOptions options)
    {
        SQLitePCL.Batteries_V2.Init();
        var folder = Directory.CreateDirectory(Path.Combine(options.DataFolder, "limit-sqlite"));
        try
        {
            using var connection = new SqliteConnection($"Data Source={Path.Combine(folder.FullName, "limit.db")};Pooling=false");
            connection.Open();
            Execute(connection, "pragma journal_mode = wal");
            Execute(connection, "pragma synchronous = full");
            Execute(connection, CreateTable);
            using var insert = connection.CreateCommand();
            insert.CommandText = "insert into metric (run_id, key, at, step, value) values ($run, $key, $at, $step, $value)";
            var (key, at) = (new SqliteParameter("$key", ""), new SqliteParameter("$at", 0L));
            insert.Parameters.AddRange([new SqliteParameter("$run", new string('0', 32)), key, at, new SqliteParameter("$step", 1L), new SqliteParameter("$value", 0.25)]);
            insert.Prepare();
            return Repeat(options, "one prepared insert on SQLite, 100 rows a transaction, one writer", batch =>
            {
                using var transaction = connection.BeginTransaction();
                insert.Transaction = transaction;
                for (var row = 0; row < Rows; row++)
                {
                    key.Value = Keys[row];
                    at.Value = batch;
                    insert.ExecuteNonQuery();
                }

                transaction.Commit();
            });
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    public static async Task<LimitResult> OnPostgresAsync(LoadOptions options, CancellationToken cancel)
    {
        await using var postgres = await PostgresServer.StartAsync(cancel);
        await using var source = NpgsqlDataSource.Create(await postgres.CreateDatabaseAsync(cancel));
        await using (var create = source.CreateCommand(CreateTable))
            await create.ExecuteNonQueryAsync(cancel);
        await using var connection = await source.OpenConnectionAsync(cancel);
        await using var insert = new NpgsqlCommand(
            "insert into metric (run_id, key, at, step, value) select $1, key, $3, $4, value from unnest($2, $5) as m (key, value)", connection)
        {
            Parameters =
            {
                new() { Value = new string('0', 32) },
                new() { Value = Keys },
                new NpgsqlParameter<long> { NpgsqlDbType = NpgsqlDbType.Bigint },
                new NpgsqlParameter<long> { TypedValue = 1 },
                new() { Value = Keys.Select(static _ => 0.25).ToArray() },
            },
        };
        var at = (NpgsqlParameter<long>)insert.Parameters[2];
        await insert.PrepareAsync(cancel);
        return Repeat(options, "one prepared insert from arrays on PostgreSQL, 100 rows a transaction, one connection", batch =>
        {
            at.TypedValue = batch;
            insert.ExecuteNonQuery();
        });
    }

    private static string[] Keys { get; } = [.. Enumerable.Range(0, Rows).Select(static i => string.Create(CultureInfo.InvariantCulture, $"metric-{i}"))];

    private static LimitResult Repeat(LoadOptions options, string what, Action<long> write)
    {
        var batches = 0L;
        for (var end = Monotonic.Now + Monotonic.Ticks(options.WarmUp); Monotonic.Now < end;)
            write(batches++);
        var used = Environment.CpuUsage.TotalTime;
        var (began, first) = (Monotonic.Now, batches);
        for (var end = began + Monotonic.Ticks(options.Closed); Monotonic.Now < end;)
            write(batches++);
        var written = batches - first;
        var result = new LimitResult(
            Operation, what, written / Stopwatch.GetElapsedTime(began).TotalSeconds, (Environment.CpuUsage.TotalTime - used).TotalMilliseconds / written);
        Progress.Say($"{"limit",-11} {what}: {result.PerSecond:0}/s");
        return result;
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
