using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Orrery.Storage;
using Xunit;

namespace Orrery.Testing;

/// <summary>
/// A private PostgreSQL in a temporary folder, listening on a free port of 127.0.0.1. Durable as in production (fsync on) and
/// with a linguistic collation as most installations have, so that nothing depends on byte order by accident. It stops, and its
/// folder goes, when it is disposed or the test process ends, however it ends.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private const string Programs = "/usr/lib/postgresql";
    private const int OldestMajor = 15;
    private const int StartAttempts = 5;
    private const string Migrated = "migrated";

    private static readonly Lazy<Task<PostgresServer>> Shared = new(() => StartNewAsync(CancellationToken.None));

    private readonly string _programs;
    private readonly string _folder;
    private readonly Process _keeper;
    private readonly Lazy<Task> _migrated;
    private int _databases;

    private PostgresServer(string programs, string folder, Process keeper)
    {
        _programs = programs;
        _folder = folder;
        _keeper = keeper;
        _migrated = new(MigrateAsync);
    }

    /// <summary>The port on 127.0.0.1; kept over restarts.</summary>
    public int Port { get; private set; }

    /// <summary>The server of this test run, started by the first caller. Skips the test, or fails it when CI is set, without PostgreSQL.</summary>
    public static Task<PostgresServer> SharedAsync()
    {
        Require();
        return Shared.Value;
    }

    /// <summary>A server of the caller's own, to stop and restart. Skips or fails as <see cref="SharedAsync"/> does.</summary>
    public static Task<PostgresServer> StartAsync(CancellationToken cancel = default)
    {
        Require();
        return StartNewAsync(cancel);
    }

    /// <summary>Creates an empty database.</summary>
    /// <returns>An Npgsql connection string for it.</returns>
    public async Task<string> CreateDatabaseAsync(CancellationToken cancel = default)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"test_{Interlocked.Increment(ref _databases)}");
        await ExecuteAsync($"create database {name}", cancel);
        return ConnectionString(name);
    }

    /// <summary>Creates a database with the tables of all modules and no rows: a copy of one that was migrated, which takes a fraction of the time.</summary>
    /// <returns>An Npgsql connection string for it.</returns>
    public async Task<string> CreateMigratedDatabaseAsync(CancellationToken cancel = default)
    {
        await _migrated.Value;
        var name = string.Create(CultureInfo.InvariantCulture, $"test_{Interlocked.Increment(ref _databases)}");
        await ExecuteAsync($"create database {name} template {Migrated}", cancel);
        return ConnectionString(name);
    }

    /// <summary>Stops as after a power cut: no checkpoint, connections are broken; recovery runs at the next start.</summary>
    public Task StopImmediateAsync(CancellationToken cancel = default) => StopAsync("immediate", cancel);

    /// <summary>Starts a stopped server again on its port; answers when it accepts connections.</summary>
    public Task StartAgainAsync(CancellationToken cancel = default) => RunAsUserAsync([Program("pg_ctl"), .. StartArguments()], cancel);

    /// <summary>Stops in order (sessions are ended) and starts again on the same port.</summary>
    public async Task RestartAsync(CancellationToken cancel = default)
    {
        await StopAsync("fast", cancel);
        await StartAgainAsync(cancel);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _keeper.StandardInput.Close();
        await _keeper.WaitForExitAsync();
        _keeper.Dispose();
    }

    private static async Task<PostgresServer> StartNewAsync(CancellationToken cancel)
    {
        var programs = FindPrograms()!;
        var folder = (await RunAsUserAsync(["mktemp", "-d", "/tmp/orrery-pg-XXXXXXXX"], cancel)).Trim();
        var server = new PostgresServer(programs, folder, Keep(programs, folder));
        try
        {
            await RunAsUserAsync(
                [
                    server.Program("initdb"), "-D", $"{folder}/data", "-U", "orrery", "--auth=trust", "--encoding=UTF8",
                    "--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en-US", "--no-instructions",
                ],
                cancel);
            await server.StartFirstAsync(cancel);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    private async Task MigrateAsync()
    {
        await ExecuteAsync($"create database {Migrated}", CancellationToken.None);
        var folder = Directory.CreateTempSubdirectory("orrery-migrated-");
        try
        {
            var services = new ServiceCollection().AddLogging();
            services.AddStorage(new DatabaseOptions { ConnectionString = ConnectionString(Migrated) }, folder.FullName);
            await using var provider = services.AddModuleMigrations().BuildServiceProvider();
            await provider.MigrateAsync(CancellationToken.None);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task ExecuteAsync(string sql, CancellationToken cancel)
    {
        await using var connection = new NpgsqlConnection(ConnectionString("postgres") + ";Pooling=false");
        await connection.OpenAsync(cancel);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(cancel);
    }

    // Somebody else may take the free port between our look and the server's bind: try another.
    private async Task StartFirstAsync(CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            Port = FreePort();
            try
            {
                await StartAgainAsync(cancel);
                return;
            }
            catch (InvalidOperationException) when (attempt < StartAttempts)
            {
            }
        }
    }

    private string[] StartArguments() =>
    [
        "start", "-D", $"{_folder}/data", "-w", "-s", "-l", $"{_folder}/log", "-o",
        string.Create(CultureInfo.InvariantCulture, $"-p {Port} -k {_folder} -c listen_addresses=127.0.0.1 -c max_connections=300 -c shared_buffers=64MB"),
    ];

    private async Task StopAsync(string mode, CancellationToken cancel) =>
        await RunAsUserAsync([Program("pg_ctl"), "stop", "-D", $"{_folder}/data", "-w", "-s", "-m", mode], cancel);

    private string ConnectionString(string database) =>
        string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={Port};Username=orrery;Database={database}");

    private string Program(string name) => Path.Combine(_programs, name);

    /// <summary>A shell that waits for the end of its input, which comes even when this process is killed, and then tidies up.</summary>
    private static Process Keep(string programs, string folder) => Start(
        [
            "bash", "-c", "trap '' INT TERM HUP; cat > /dev/null; \"$1/pg_ctl\" stop -D \"$2/data\" -s -m immediate; rm -rf \"$2\"",
            "keeper", programs, folder,
        ]);

    private static async Task<string> RunAsUserAsync(string[] command, CancellationToken cancel)
    {
        using var process = Start(command);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(cancel);
        var errors = process.StandardError.ReadToEndAsync(cancel);
        await process.WaitForExitAsync(cancel);
        return process.ExitCode == 0
            ? await output
            : throw new InvalidOperationException($"{command[0]} ended with {process.ExitCode}: {await errors}{await output}");
    }

    // PostgreSQL refuses to run as root; Debian's package has made a user for it.
    private static Process Start(string[] command)
    {
        string[] whole = Environment.IsPrivilegedProcess ? ["runuser", "-u", "postgres", "--", .. command] : command;
        var start = new ProcessStartInfo(whole[0], whole[1..])
        {
            WorkingDirectory = "/tmp",
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return Process.Start(start) ?? throw new Win32Exception($"{whole[0]} did not start.");
    }

    private static void Require()
    {
        if (FindPrograms() is not null)
            return;
        Needed.Missing($"PostgreSQL {OldestMajor} or later is not installed under {Programs}: run eng/install-test-needs.sh.");
    }

    private static string? FindPrograms() => !Directory.Exists(Programs)
        ? null
        : Directory.EnumerateDirectories(Programs)
            .Select(folder => (Folder: Path.Combine(folder, "bin"), Major: MajorOf(folder)))
            .Where(found => found.Major >= OldestMajor && File.Exists(Path.Combine(found.Folder, "initdb")))
            .OrderByDescending(found => found.Major)
            .Select(found => found.Folder)
            .FirstOrDefault();

    private static int MajorOf(string folder) =>
        int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var major) ? major : 0;

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
