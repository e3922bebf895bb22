using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Orrery.Testing;

/// <summary>
/// A private Redis in a temporary folder on a free port of 127.0.0.1, without persistence. It stops, and its folder goes, when it is disposed
/// or the test process ends, however it ends.
/// </summary>
public sealed class RedisServer : IAsyncDisposable
{
    private const int StartAttempts = 5;
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(20);
    private static readonly Lazy<Task<RedisServer>> Shared = new(() => StartNewAsync(CancellationToken.None));

    private Process? _keeper;

    private RedisServer(int port) => Port = port;

    /// <summary>The port on 127.0.0.1; kept over restarts.</summary>
    public int Port { get; }

    /// <summary><c>127.0.0.1:{port}</c>.</summary>
    public string Address => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port}");

    /// <summary>The server of this test run, started by the first caller. Skips the test, or fails it when CI is set, without Redis.</summary>
    public static Task<RedisServer> SharedAsync()
    {
        Require();
        return Shared.Value;
    }

    /// <summary>A server of the caller's own, to stop and start again. Skips or fails as <see cref="SharedAsync"/> does.</summary>
    public static Task<RedisServer> StartAsync(CancellationToken cancel = default)
    {
        Require();
        return StartNewAsync(cancel);
    }

    /// <summary>Sends a command of plain words and gives the first line of the answer.</summary>
    public async Task<string> CommandAsync(string command, CancellationToken cancel = default)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, Port, cancel);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(command + "\r\n"), cancel);
        using var reader = new StreamReader(stream);
        return await reader.ReadLineAsync(cancel) ?? "";
    }

    /// <summary>Ends it at once; what it held is gone.</summary>
    public async Task StopAsync()
    {
        if (_keeper is null)
            return;
        _keeper.StandardInput.Close();
        await _keeper.WaitForExitAsync();
        _keeper.Dispose();
        _keeper = null;
    }

    /// <summary>Starts it again, empty, on the same port.</summary>
    public async Task StartAgainAsync(CancellationToken cancel = default)
    {
        _keeper = Keep(Port);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(StartTimeout);
        while (true)
        {
            if (_keeper.HasExited)
                throw new InvalidOperationException($"redis-server ended with {_keeper.ExitCode}.");
            try
            {
                if (await CommandAsync("PING", limit.Token) is "+PONG")
                    return;
            }
            catch (SocketException)
            {
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), limit.Token);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await StopAsync();

    // Somebody else may take the free port between our look and the server's bind: try another.
    private static async Task<RedisServer> StartNewAsync(CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            var server = new RedisServer(FreePort());
            try
            {
                await server.StartAgainAsync(cancel);
                return server;
            }
            catch (InvalidOperationException) when (attempt < StartAttempts)
            {
                await server.StopAsync();
            }
        }
    }

    /// <summary>A shell that waits for the end of its input, which comes even when this process is killed, and then tidies up.</summary>
    private static Process Keep(int port)
    {
        const string script = """
            trap '' INT TERM HUP
            folder=$(mktemp -d /tmp/orrery-redis-XXXXXXXX)
            redis-server --port "$1" --bind 127.0.0.1 --save '' --appendonly no --dir "$folder" > /dev/null 2>&1 &
            server=$!
            (wait_for=$server; while kill -0 "$wait_for" 2> /dev/null; do sleep 0.2; done; kill -9 $$) > /dev/null 2>&1 &
            cat > /dev/null
            kill -9 "$server"
            rm -rf "$folder"
            """;
        var start = new ProcessStartInfo("bash", ["-c", script, "keeper", port.ToString(CultureInfo.InvariantCulture)])
        {
            WorkingDirectory = "/tmp",
            RedirectStandardInput = true,
        };
        return Process.Start(start) ?? throw new Win32Exception("bash did not start.");
    }

    private static void Require()
    {
        var found = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(static folder => File.Exists(Path.Combine(folder, "redis-server")));
        if (!found)
            Needed.Missing("redis-server is not installed: run eng/install-test-needs.sh.");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
